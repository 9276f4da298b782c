internal import CProcess
internal import Foundation

/// Starts a program with nothing of ours in its hands but the descriptors given to it.
package struct Spawn {
    /// An absolute path; `PATH` is not searched.
    package var executable: String
    package var arguments: [String]
    /// The whole environment of the new process.
    package var environment: [String: String] = ProcessInfo.processInfo.environment
    package var workingDirectory: String?
    /// Descriptors for the standard streams; -1 is `/dev/null`.
    package var input: Int32 = -1
    package var output: Int32 = -1
    package var error: Int32 = -1
    /// Whether the process leads a session, and so a process group, of its own.
    package var newSession = false

    package init(_ executable: String, _ arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// - Returns: the process number; the caller waits for it.
    /// - Throws: `SlipwayError` (external) if the system refuses.
    package func callAsFunction() throws(SlipwayError) -> Int32 {
        var pid: pid_t = 0
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let code = Self.withCStrings([executable] + arguments) { argv in
            Self.withCStrings(variables) { envp in
                cprocess_spawn(
                    &pid,
                    executable,
                    argv,
                    envp,
                    workingDirectory,
                    input,
                    output,
                    error,
                    newSession ? 1 : 0
                )
            }
        }
        guard code == 0 else {
            throw SlipwayError(.external, "Cannot start \(executable)", why: String(cString: strerror(code)))
        }
        return pid
    }

    /// Lends a null-terminated array of C strings, as `execve` wants it.
    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
