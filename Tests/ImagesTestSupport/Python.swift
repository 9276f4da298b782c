import Foundation

/// Reference implementations that are written in Python.
///
/// `SLIPWAY_TEST_PYTHON` names the interpreter that has them (a virtual environment's, say); else it is `python3`.
package enum Python {
    package static let interpreter = ProcessInfo.processInfo.environment["SLIPWAY_TEST_PYTHON"] ?? "python3"

    /// Whether modules can be imported; asked once a set of modules and test.
    package static func has(_ modules: String...) async -> Bool {
        let code = modules.map { "import \($0)" }.joined(separator: "\n")
        return (try? await Tool.run(interpreter, ["-c", code]))?.succeeded ?? false
    }

    /// Runs a program on some input lines and returns its output lines.
    package static func run(_ code: String, lines: [String]) async throws -> [String] {
        let folder = try TemporaryFolder()
        let input = try folder.write(lines.joined(separator: "\n"), to: "input")
        let outcome = try await Tool.run(interpreter, ["-c", code, input.path])
        guard outcome.succeeded else { throw Failure(message: outcome.error) }
        return outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
    }

    package struct Failure: Error { let message: String }
}

/// Data that lies beside the repository and is not part of it.
package enum SharedData {
    /// `SLIPWAY_SHARED`, or `../shared` beside the repository.
    package static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["SLIPWAY_SHARED"] { return URL(filePath: path) }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared")
    }()

    package static func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }
}
