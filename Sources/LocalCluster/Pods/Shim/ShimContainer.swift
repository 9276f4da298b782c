import Core
import Foundation

/// How a shim starts and removes what it owns.
protocol ShimContainer {
    /// Starts it with these descriptors as its output.
    ///
    /// - Returns: the process to wait for: a child, or a descendant that became one.
    /// - Throws: `SlipwayError` whose `what` says why it cannot be started.
    func start(output: Int32, error: Int32) throws(SlipwayError) -> Int32

    func send(_ signal: Int32, to pid: Int32)

    /// Ends what the first process, which has just ended, left behind.
    func killRest(of pid: Int32)

    /// Whether the kernel ended it for want of memory; asked before `cleanUp`.
    var wasOutOfMemory: Bool { get }

    /// Removes all that is left of it, also after a start that failed.
    func cleanUp()
}

/// A plain process in a session of its own: what a container is where there are no containers.
struct ProcessContainer: ShimContainer {
    let launch: ProcessLaunch

    func start(output: Int32, error: Int32) throws(SlipwayError) -> Int32 {
        var spawn = Spawn(launch.executable, launch.arguments)
        spawn.environment = launch.environment
        spawn.workingDirectory = launch.workingDirectory
        spawn.output = output
        spawn.error = error
        spawn.newSession = true
        do {
            return try spawn()
        } catch {
            throw SlipwayError(error.exitCode, [error.what, error.why].compactMap { $0 }.joined(separator: ": "))
        }
    }

    func send(_ signal: Int32, to pid: Int32) {
        // As in a container, nothing survives SIGKILL; other signals are the first process's own affair.
        kill(signal == SIGKILL ? -pid : pid, signal)
    }

    func killRest(of pid: Int32) { kill(-pid, SIGKILL) }

    var wasOutOfMemory: Bool { false }

    func cleanUp() {}
}
