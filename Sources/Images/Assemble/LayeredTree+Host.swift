import Core
import Foundation

extension LayeredTree {
    /// Adds a file of the system at its own place, with every link on the way to it.
    ///
    /// - Returns: The file's path without links; nil where the system has no such file.
    @discardableResult
    mutating func addSystemFile(_ path: String, of root: SystemRoot) throws -> String? {
        guard let resolution = root.resolve(path) else { return nil }
        for link in resolution.links {
            try add(.link(link.target), at: ArchivePath(link.path), from: link.path)
        }
        guard !resolution.isDirectory else { return resolution.path }
        let host = URL(filePath: root.hostPath(resolution.path))
        try add(try Self.fileNode(host), at: ArchivePath(resolution.path), from: host.path)
        return resolution.path
    }

    /// Adds a file or a folder with all that is in it. Links are kept as they are; what is neither file, folder nor
    /// link is refused.
    mutating func addResource(_ source: URL, at destination: String) throws {
        var status = stat()
        guard stat(source.path, &status) == 0 else {
            throw SlipwayError(
                .invalidInput,
                "There is no file or folder \(source.path)",
                why: String(cString: strerror(errno))
            )
        }
        let place = ArchivePath(destination)
        if status.st_mode & S_IFMT == S_IFDIR {
            try add(.folder, at: place, from: source.path)
            try addContents(of: try OpenFile.open(source, O_RDONLY | O_DIRECTORY), source.path, at: place, depth: 0)
        } else {
            try add(try Self.fileNode(source), at: place, from: source.path)
        }
    }

    private mutating func addContents(
        of folder: OpenFile,
        _ path: String,
        at place: ArchivePath,
        depth: Int
    ) throws {
        guard depth < 200 else { throw SlipwayError(.invalidInput, "\(path) is nested too deeply") }
        for name in try folder.entryNames() {
            guard let status = try folder.status(of: name) else { continue }
            let childPath = "\(path)/\(String(decoding: name, as: UTF8.self))"
            let child = place.appending(name)
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                try add(.folder, at: child, from: childPath)
                try addContents(of: try folder.subdirectory(name), childPath, at: child, depth: depth + 1)
            case S_IFLNK:
                let target = try folder.linkTarget(name) ?? []
                // slipway:allow(world-writable-file) the mode of every symbolic link
                try add(TreeNode(content: .link(target), mode: 0o777), at: child, from: childPath)
            case S_IFREG:
                guard String(validating: name, as: UTF8.self) != nil else {
                    throw SlipwayError(
                        .invalidInput,
                        "The file name \(childPath) is not valid UTF-8",
                        next: "Rename it."
                    )
                }
                try add(try Self.fileNode(URL(filePath: childPath)), at: child, from: childPath)
            default:
                throw SlipwayError(
                    .invalidInput,
                    "\(childPath) cannot go into an image",
                    why: "It is a socket, a pipe or a device."
                )
            }
        }
    }

    /// A regular file's node: owned by root, readable by all, executable where its owner may execute it.
    static func fileNode(_ url: URL) throws -> TreeNode {
        var status = stat()
        guard stat(url.path, &status) == 0 else {
            throw SlipwayError(.invalidInput, "Cannot read \(url.path)", why: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SlipwayError(.invalidInput, "\(url.path) is not a regular file")
        }
        return TreeNode(
            content: .file(url, size: Int64(status.st_size)),
            mode: status.st_mode & S_IXUSR == 0 ? 0o644 : 0o755
        )
    }
}
