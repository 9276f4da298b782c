import Foundation

/// Runs processes inside the container of a job.
struct ContainerExecutor: StepExecutor {
    let engine: ContainerEngine
    let container: String
    /// `PATH` of the image.
    let path: String
    /// What starts JavaScript in the container.
    let nodeCommand: [String]

    var isHost: Bool { false }

    /// The image's own variables stay as they are.
    func baseVariables(_ host: HostEnvironment) -> [String: String] { ["HOME": JobContainers.home, "PATH": path] }

    /// Names that mean something to the engine's command: their values go on its command line.
    private static let ownPrefixes = ["CONTAINER", "DOCKER", "XDG_", "LD_", "REGISTRY_", "STORAGE_"]
    private static let own: Set<String> = ["PATH", "HOME", "TMPDIR", "USER", "GODEBUG", "PWD"]

    /// A value is handed over through the engine's environment, where others on the machine cannot read it.
    func command(_ request: ProcessRequest) -> ProcessRequest {
        var environment = engine.tools.environment
        var options: [String] = []
        for (name, value) in request.environment.sorted(by: { $0.key < $1.key }) {
            if Self.own.contains(name) || Self.ownPrefixes.contains(where: name.hasPrefix) {
                options += ["-e", "\(name)=\(value)"]
            } else {
                options += ["-e", name]
                environment[name] = value
            }
        }
        return ProcessRequest(
            executable: engine.program,
            arguments: engine.options + ["exec", "-i", "--workdir", request.workingDirectory] + options
                + [container, request.executable] + request.arguments,
            environment: environment,
            workingDirectory: "/"
        )
    }

    /// Only the container knows its programs: it looks the name up itself.
    func find(_ program: String, path: String) -> String? { program }

    func node(version: Int, host: HostEnvironment, path: String) throws(StepFailure) -> [String] {
        guard !nodeCommand.isEmpty else {
            throw StepFailure("The action needs node \(version), and neither the image nor this machine has a node")
        }
        return nodeCommand
    }
}
