import Core
import Foundation
import Subprocess
import SystemPackage

/// Programs that do a part of a build, and whose output the user sees as it comes.
enum ForegroundProcess {
    enum Showing { case nothing, standardError }

    /// Runs a program to its end; what it started ends with it when the time is over or the task is cancelled.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be started or does not end in time.
    static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        showing: Showing,
        limit: Duration
    ) async throws -> TerminationStatus {
        do {
            return try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
                group.addTask { try await start(program, arguments, environment, showing) }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let status = first else {
                    throw SlipwayError(.external, "\(program) did not end within \(limit)")
                }
                return status
            }
        } catch let error as SubprocessError {
            throw SlipwayError(.external, "Cannot start \(program)", why: "\(error)", next: "Install it.")
        }
    }

    private static func start(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ showing: Showing
    ) async throws -> TerminationStatus {
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let inherited = Environment.inherit.updating(variables)
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(5))]
        if showing == .nothing {
            return try await Subprocess.run(
                .name(program),
                arguments: Arguments(arguments),
                environment: inherited,
                platformOptions: options,
                input: .none,
                output: .discarded,
                error: .discarded
            ).terminationStatus
        }
        return try await Subprocess.run(
            .name(program),
            arguments: Arguments(arguments),
            environment: inherited,
            platformOptions: options,
            input: .none,
            output: .fileDescriptor(.standardError, closeAfterSpawningProcess: false),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        ).terminationStatus
    }
}
