import Foundation

/// The project's shared data, which lies beside the repository and is not part of it.
enum Shared {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["SLIPWAY_SHARED"], !path.isEmpty {
            return URL(filePath: path, directoryHint: .isDirectory)
        }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared")
            .standardizedFileURL
    }()

    static let expressions = folder.appending(path: "conformance/expressions")

    static var hasExpressions: Bool { FileManager.default.fileExists(atPath: expressions.path) }
}
