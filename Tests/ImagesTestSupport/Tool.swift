import Foundation
import Subprocess
import SystemPackage

/// Other people's programs that the tests hold our results against.
package enum Tool {
    package struct Outcome: Sendable {
        package let status: TerminationStatus
        package let output: String
        package let error: String

        package var succeeded: Bool { status.isSuccess }
        /// nil where a signal ended the program.
        package var exitCode: Int32? {
            if case .exited(let code) = status { code } else { nil }
        }
    }

    /// Whether a program is installed.
    package static func has(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    package static var isRoot: Bool { geteuid() == 0 }

    package static func run(
        _ name: String,
        _ arguments: [String],
        in folder: URL? = nil,
        environment: [String: String] = [:]
    ) async throws -> Outcome {
        var variables: [Environment.Key: String] = [:]
        for (key, value) in environment { variables[Environment.Key(stringLiteral: key)] = value }
        let result = try await Subprocess.run(
            name.contains("/") ? .path(FilePath(name)) : .name(name),
            arguments: Arguments(arguments),
            environment: .inherit.updating(variables),
            workingDirectory: folder.map { FilePath($0.path) },
            output: .string(limit: 32 << 20),
            error: .string(limit: 4 << 20)
        )
        return Outcome(status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
    }
}
