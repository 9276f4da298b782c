import Foundation

/// Where the processes of a job's steps run: on this machine, or in a container.
///
/// All folders of the job have the same paths everywhere, so that nothing that names a file needs a translation.
protocol StepExecutor: Sendable {
    /// Whether processes run on this machine itself.
    var isHost: Bool { get }
    /// What every process finds in its environment before the workflow adds to it.
    func baseVariables(_ host: HostEnvironment) -> [String: String]
    /// The process to start on this machine so that the wanted one runs where it shall.
    func command(_ request: ProcessRequest) -> ProcessRequest
    /// The program of that name; nil where there is none.
    func find(_ program: String, path: String) -> String?
    /// What starts a JavaScript file.
    ///
    /// - Throws: `StepFailure` where there is no node.
    func node(version: Int, host: HostEnvironment, path: String) throws(StepFailure) -> [String]
}

/// Runs processes on this machine.
struct HostExecutor: StepExecutor {
    var isHost: Bool { true }

    func baseVariables(_ host: HostEnvironment) -> [String: String] {
        var variables = host.variables
        variables["HOME"] = variables["HOME"] ?? host.home
        return variables
    }

    func command(_ request: ProcessRequest) -> ProcessRequest { request }

    func find(_ program: String, path: String) -> String? { Executables.find(program, path: path) }

    /// The machine's own node; one that a step put on `PATH` only where the machine has none.
    func node(version: Int, host: HostEnvironment, path: String) throws(StepFailure) -> [String] {
        for path in [host.variables["PATH"] ?? "", path] {
            if let node = Executables.find("node", path: path) { return [node] }
        }
        throw StepFailure("The action needs node \(version), and no node is installed")
    }
}
