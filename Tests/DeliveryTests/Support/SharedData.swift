import Foundation

/// Data that several projects share, beside the repository: read in place, never copied in.
enum SharedData {
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static var folder: URL {
        if let path = ProcessInfo.processInfo.environment["SLIPWAY_SHARED"] { return URL(filePath: path) }
        return repository.deletingLastPathComponent().appending(path: "shared")
    }

    static var recordings: URL { folder.appending(path: "kubernetes-recordings") }

    static var hasRecordings: Bool { FileManager.default.fileExists(atPath: recordings.path) }
}
