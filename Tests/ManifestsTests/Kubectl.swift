import Core
import Foundation
import Subprocess

/// The stock kubectl, to compare with; tests that need it are skipped where it is not installed.
enum Kubectl {
    static let isInstalled = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains { folder in
        FileManager.default.isExecutableFile(atPath: "\(folder)/kubectl")
    }
    static let absence = "kubectl is not installed"

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs kubectl without any cluster: no kubeconfig is read.
    static func run(_ arguments: [String], input: String = "") async throws -> String {
        let result = try await Subprocess.run(
            .name("kubectl"),
            arguments: Arguments(arguments),
            environment: .inherit.updating(["KUBECONFIG": "/dev/null"]),
            input: .string(input),
            output: .string(limit: 4 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            throw Failure(description: "kubectl \(arguments.joined(separator: " ")): \(result.standardError)")
        }
        return result.standardOutput
    }

    static func patch(_ object: JSON, type: String, patch: JSON) async throws -> JSON {
        let arguments = ["patch", "--local", "-f", "-", "--type", type, "-p", patch.text(), "-o", "json"]
        return try JSON(parsing: try await run(arguments, input: object.text()))
    }
}
