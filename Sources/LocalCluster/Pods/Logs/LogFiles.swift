import Foundation

/// The files of one container's log.
enum LogFiles {
    /// Those put aside, oldest first.
    static func rotated(of path: String) -> [String] {
        let url = URL(filePath: path)
        let prefix = url.lastPathComponent + "."
        let folder = url.deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.sorted().map { folder.appending(path: $0).path }
    }

    /// All there are, oldest first.
    static func all(of path: String) -> [String] { rotated(of: path) + [path] }
}
