import Core
import Foundation

extension LayeredTree {
    /// Reads a root file system's folder: owners, modes and links stay as they are; devices, sockets and pipes, which
    /// a container's runtime makes itself, stay out.
    ///
    /// - Returns: The files, and how many were left out.
    static func rootFiles(_ folder: URL) throws -> (files: [ArchivePath: TreeNode], skipped: Int) {
        var status = stat()
        guard stat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SlipwayError(.invalidInput, "There is no folder \(folder.path)")
        }
        var reader = RootFolderReader(root: folder)
        try reader.read(try OpenFile.open(folder, O_RDONLY | O_DIRECTORY), at: .root)
        guard !reader.files.isEmpty else {
            throw SlipwayError(.invalidInput, "The folder \(folder.path) is empty, so it is no root file system")
        }
        return (reader.files, reader.skipped)
    }
}

private struct RootFolderReader {
    let root: URL
    var files: [ArchivePath: TreeNode] = [:]
    var skipped = 0

    mutating func read(_ folder: OpenFile, at place: ArchivePath) throws {
        guard place.components.count < 200 else { throw SlipwayError(.invalidInput, "/\(place) is nested too deeply") }
        for name in try folder.entryNames() {
            guard let status = try folder.status(of: name) else { continue }
            let path = place.appending(name)
            var node = TreeNode(
                content: .directory,
                mode: UInt32(status.st_mode & 0o7777),
                uid: status.st_uid,
                gid: status.st_gid
            )
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                files[path] = node
                try read(try folder.subdirectory(name), at: path)
                continue
            case S_IFLNK: node.content = .link(try folder.linkTarget(name) ?? [])
            case S_IFREG:
                guard let text = String(validating: path.bytes, as: UTF8.self) else {
                    throw SlipwayError(.invalidInput, "The file name /\(path) is not valid UTF-8", next: "Rename it.")
                }
                node.content = .file(root.appending(path: text), size: Int64(status.st_size))
            default:
                skipped += 1
                continue
            }
            files[path] = node
        }
    }
}
