import Core
import Foundation

/// The system that libraries are copied from: this machine's `/`, or a folder that holds a root file system.
struct SystemRoot: Sendable, Hashable {
    let url: URL

    init(_ url: URL = URL(filePath: "/")) { self.url = url.standardizedFileURL }

    var isHost: Bool { url.path == "/" }

    /// Where a path of the system, free of links, lies on this machine.
    func hostPath(_ canonical: String) -> String { isHost ? canonical : url.path + canonical }

    /// A path with all that was passed on the way to it.
    struct Resolution: Sendable, Hashable {
        struct Link: Sendable, Hashable {
            /// Free of links itself.
            let path: String
            let target: String
        }

        let links: [Link]
        /// The path without any links.
        let path: String
        let isDirectory: Bool
        /// In bytes; 0 for anything but a regular file.
        let size: Int64
    }

    /// Follows every link of a path inside this root; nil where something is missing on the way.
    func resolve(_ path: String) -> Resolution? {
        var links: [Resolution.Link] = []
        var current: [Substring] = []
        var pending = Array(path.split(separator: "/").reversed())
        var status = stat()
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                _ = current.popLast()
                continue
            }
            let candidate = "/" + (current + [name]).joined(separator: "/")
            guard lstat(hostPath(candidate), &status) == 0 else { return nil }
            guard status.st_mode & S_IFMT == S_IFLNK else {
                current.append(name)
                continue
            }
            guard links.count < 40,
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: hostPath(candidate))
            else { return nil }
            links.append(Resolution.Link(path: candidate, target: target))
            if target.hasPrefix("/") { current = [] }
            pending += target.split(separator: "/").map { Substring($0) }.reversed()
        }
        let canonical = "/" + current.joined(separator: "/")
        guard lstat(hostPath(canonical), &status) == 0 else { return nil }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        return Resolution(
            links: links,
            path: canonical,
            isDirectory: status.st_mode & S_IFMT == S_IFDIR,
            size: isRegular ? Int64(status.st_size) : 0
        )
    }

    /// Opens a regular file; nil where there is none.
    func open(_ path: String) throws -> OpenFile? {
        guard let resolution = resolve(path), !resolution.isDirectory else { return nil }
        return try OpenFile.open(URL(filePath: hostPath(resolution.path)))
    }

    /// The text of a small file; nil where there is none.
    func text(_ path: String, limit: Int = 1 << 20) throws -> String? {
        guard let file = try open(path) else { return nil }
        return String(decoding: try file.readAll(limit: limit, path), as: UTF8.self)
    }

    /// The names in a folder; none where there is no such folder.
    func names(in folder: String) -> [String] {
        guard let resolution = resolve(folder), resolution.isDirectory else { return [] }
        return ((try? FileManager.default.contentsOfDirectory(atPath: hostPath(resolution.path))) ?? []).sorted()
    }
}
