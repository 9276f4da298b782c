import Core
import Foundation
import Subprocess
import SystemPackage

/// A short command of the system, run to its end within a limit.
struct SystemCommand: Sendable {
    struct Outcome: Sendable, Hashable {
        /// The exit code, 128 and more for a signal; nil if it was stopped because its time was over.
        let code: Int32?
        let output: String
        let error: String

        var succeeded: Bool { code == 0 }
        /// What it said, for messages: standard error first.
        var said: String {
            let text = error.isEmpty ? output : error
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// An absolute path, or a name to look for in the usual folders.
    let executable: String
    var arguments: [String]
    var input = ""
    var limit = Duration.seconds(10)
    /// The whole environment; nil is our own.
    var environment: [String: String]?
    var workingDirectory: String?
    /// Bytes of output that are kept; a command that says more fails.
    var outputLimit = 64 << 10

    init(_ executable: String, _ arguments: [String], input: String = "", limit: Duration = .seconds(10)) {
        self.executable = executable
        self.arguments = arguments
        self.input = input
        self.limit = limit
    }

    /// - Returns: how it ended, and what it said.
    /// - Throws: `SlipwayError` if it cannot be started.
    func run() async throws -> Outcome {
        guard let path = Self.find(executable) else {
            throw SlipwayError(.external, "Cannot find the command \(executable)")
        }
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await execute(path) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            let first = try await group.next() ?? nil
            return first ?? Outcome(code: nil, output: "", error: "no answer within \(limit)")
        }
    }

    /// Runs it and insists on success.
    ///
    /// - Throws: `SlipwayError` (external) with what the command said.
    @discardableResult
    func succeed() async throws -> String {
        let outcome = try await run()
        guard outcome.succeeded else {
            throw SlipwayError(
                .external,
                "\(executable) \(arguments.joined(separator: " ")) failed",
                why: outcome.said.isEmpty ? "exit code \(outcome.code ?? -1)" : outcome.said
            )
        }
        return outcome.output
    }

    private func execute(_ path: String) async throws -> Outcome {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .milliseconds(200))]
        let variables = environment.map { given in
            Environment.custom(
                Dictionary(uniqueKeysWithValues: given.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
            )
        }
        let result = try await Subprocess.run(
            .path(FilePath(path)),
            arguments: Arguments(arguments),
            environment: variables ?? .inherit,
            workingDirectory: workingDirectory.map { FilePath($0) },
            platformOptions: options,
            input: .string(input),
            output: .string(limit: outputLimit),
            error: .string(limit: outputLimit)
        )
        let code: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Outcome(code: code, output: result.standardOutput, error: result.standardError)
    }

    /// Where a command is; system folders are searched too, though a user's `PATH` may not name them.
    static func find(_ name: String) -> String? {
        if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin", "/usr/local/sbin"])
            .filter { $0.hasPrefix("/") }
            .map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
