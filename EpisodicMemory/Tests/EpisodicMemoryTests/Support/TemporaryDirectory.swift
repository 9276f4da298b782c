import Foundation

/// A folder of its own for one test, removed with the last reference to it.
final class TemporaryDirectory: Sendable {
    let path: String

    /// A socket's path may have a hundred bytes only: `parent` and `name` can make it short.
    init(in parent: String = NSTemporaryDirectory(), named name: String = "episodic-memory-") throws {
        path = "\(parent)/\(name)\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
