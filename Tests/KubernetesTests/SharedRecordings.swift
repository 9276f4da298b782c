import Core
import Foundation

/// What a real Kubernetes said, kept beside the repository; absent in a stranger's clone.
enum SharedRecordings {
    static let directory: URL = {
        if let explicit = ProcessInfo.processInfo.environment["SLIPWAY_SHARED"], !explicit.isEmpty {
            return URL(filePath: explicit).appending(path: "kubernetes-recordings")
        }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared/kubernetes-recordings")
    }()

    static let isPresent = FileManager.default.fileExists(atPath: directory.appending(path: "api").path)
    static let absence = "the recordings of a real Kubernetes (../shared) are not here"

    static func exchange(_ name: String) throws -> JSON {
        try JSON(parsing: Data(contentsOf: directory.appending(path: "api/\(name).json")))
    }

    static func rollout(_ name: String) throws -> [JSON] {
        let text = try String(contentsOf: directory.appending(path: "rollouts/\(name).jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }
}
