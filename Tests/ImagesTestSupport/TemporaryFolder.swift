import Foundation

/// A folder of a test's own, removed with the last reference to it.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        let name = "slipway-images-\(UUID().uuidString)"
        url = FileManager.default.temporaryDirectory.appending(path: name).resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func path(_ name: String) -> URL { url.appending(path: name) }

    @discardableResult
    package func write(_ text: String, to name: String, mode: Int = 0o644) throws -> URL {
        let file = path(name)
        let manager = FileManager.default
        try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        return file
    }
}

/// Everything below a folder, one line a file: type, mode, owner, size and content or link target.
///
/// Names, times and contents of folders' own entries do not occur: two trees that a container would not tell apart
/// give the same listing.
package func listing(of root: URL) throws -> [String] {
    let enumerator = FileManager.default.enumerator(atPath: root.path)
    var lines: [String] = []
    while let name = enumerator?.nextObject() as? String {
        var status = stat()
        let path = root.appending(path: name).path
        guard lstat(path, &status) == 0 else { continue }
        let mode = String(status.st_mode & 0o7777, radix: 8)
        let owner = "\(status.st_uid):\(status.st_gid)"
        switch status.st_mode & S_IFMT {
        case S_IFDIR: lines.append("\(name)/ \(mode) \(owner)")
        case S_IFLNK:
            lines.append("\(name) -> \(try FileManager.default.destinationOfSymbolicLink(atPath: path)) \(owner)")
        case S_IFREG:
            let data = try Data(contentsOf: URL(filePath: path))
            lines.append(
                "\(name) \(mode) \(owner) \(status.st_nlink) \(status.st_mtim.tv_sec) \(data.base64EncodedString())"
            )
        default: lines.append("\(name) special \(mode) \(owner)")
        }
    }
    return lines.sorted()
}
