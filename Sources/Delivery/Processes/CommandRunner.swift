import Core
import Foundation
import Subprocess
import SystemPackage

/// Runs a short command and takes what it says.
package struct CommandRunner: Sendable {
    package struct Answer: Sendable {
        /// The exit status; 128 and the signal's number where a signal ended it, as shells count.
        package var status: Int
        package var output: String
        package var error: String

        package var succeeded: Bool { status == 0 }
    }

    package let folder: URL
    package var environment: [String: String] = [:]

    package init(folder: URL, environment: [String: String] = [:]) {
        self.folder = folder
        self.environment = environment
    }

    /// Runs a program, a path or a name looked up in `PATH`, with its arguments; it is ended after `timeout` seconds.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be started or takes too long.
    package func run(_ command: [String], timeout: TimeInterval) async throws -> Answer {
        let name = command.first ?? ""
        return try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { try await start(name, Array(command.dropFirst())) }
            group.addTask {
                try await Task.sleep(for: .seconds(timeout))
                throw SlipwayError(
                    .external,
                    "\(name) did not end within \(DurationText.format(timeout)) and was stopped"
                )
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    private static func status(_ status: TerminationStatus) -> Int {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let number): 128 + Int(number)
        }
    }

    private func start(_ name: String, _ arguments: [String]) async throws -> Answer {
        var variables: [Environment.Key: String?] = [:]
        for (key, value) in environment { variables[Environment.Key(stringLiteral: key)] = value }
        var options = PlatformOptions()
        // A session of its own, so that what the program started ends with it.
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(5))]
        do {
            let result = try await Subprocess.run(
                name.contains("/") ? .path(FilePath(name)) : .name(name),
                arguments: Arguments(arguments),
                environment: .inherit.updating(variables),
                workingDirectory: FilePath(folder.path(percentEncoded: false)),
                platformOptions: options,
                output: .string(limit: 4 << 20),
                error: .string(limit: 1 << 20)
            )
            return Answer(
                status: Self.status(result.terminationStatus),
                output: result.standardOutput,
                error: result.standardError
            )
        } catch let error as SubprocessError {
            throw SlipwayError(.external, "Cannot run \(name)", why: "\(error)", next: "Is it installed?")
        }
    }
}
