import Core
import Foundation

/// Starts processes that outlive us: the cluster's server, and the shims that own its containers.
///
/// Such a process leads a session of its own (a closed terminal or Ctrl-C does not reach it), reads nothing, writes its
/// output to a file, and inherits no open file, so that it keeps no pipe of a caller alive.
package enum DetachedProcess {
    /// Starts one, with its output appended to a file that is made (0600) if missing.
    ///
    /// - Parameters:
    ///   - executable: an absolute path; `PATH` is not searched.
    ///   - arguments: what follows the program's name.
    ///   - environment: the whole environment of the new process.
    ///   - workingDirectory: where it starts; our own by default.
    ///   - output: the file for standard output and standard error.
    /// - Returns: who it is, for good.
    /// - Throws: `SlipwayError` (external) if the system refuses.
    package static func start(
        _ executable: String,
        arguments: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment,
        workingDirectory: String? = nil,
        output: URL
    ) throws(SlipwayError) -> ProcessIdentity {
        let file = open(output.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw SlipwayError(.external, "Cannot write to \(output.path)", why: String(cString: strerror(errno)))
        }
        defer { close(file) }
        var spawn = Spawn(executable, arguments)
        spawn.environment = environment
        spawn.workingDirectory = workingDirectory
        spawn.output = file
        spawn.error = file
        spawn.newSession = true
        let pid = try spawn()
        // The child is ours and not yet waited for: even if it has ended already, its number is still its own.
        guard let identity = ProcessIdentity(unreapedChild: pid) else {
            throw SlipwayError(.external, "Cannot tell when process \(pid) (\(executable)) started", why: "no /proc")
        }
        return identity
    }
}
