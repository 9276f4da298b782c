import Core
import Foundation

/// Copies folders and files with all that a build looks at: modes, links and modification times to the nanosecond.
///
/// It asks the system's `cp`, which shares blocks between copies where the file system can (`--reflink`).
struct FolderCopy: Sendable {
    let tools: ToolRunner

    /// Copies a file or folder so that it stands at `target`; a folder that is there already is filled up.
    ///
    /// - Throws: `SlipwayError` (`.external`).
    func copy(_ source: String, to target: String) async throws {
        let parent = URL(filePath: target).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        var information = stat()
        let isFolder = lstat(source, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
        if isFolder { try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true) }
        // "/." copies what is inside, so that an existing target is filled up and does not get a folder inside it.
        try await tools.require(
            "cp",
            Self.options + ["--", isFolder ? source + "/." : source, target],
            in: parent.path
        )
    }

    private static let options: [String] = {
        #if os(Linux)
            ["-a", "--reflink=auto", "-f"]
        #else
            ["-c", "-p", "-P", "-R", "-f"]
        #endif
    }()

    /// Removes a file or folder, also where folders inside are read-only (a Go module cache).
    static func remove(_ path: String) throws {
        var information = stat()
        guard lstat(path, &information) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            if let inside = FileManager.default.enumerator(atPath: path) {
                for case let name as String in inside
                where inside.fileAttributes?[.type] as? FileAttributeType == .typeDirectory {
                    chmod("\(path)/\(name)", 0o755)
                }
            }
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw SlipwayError(.external, "Cannot remove \(path)", why: error.localizedDescription)
            }
        }
    }

    /// The bytes that a file or folder takes, links not followed.
    static func size(of path: String) -> Int64 {
        var information = stat()
        guard lstat(path, &information) == 0 else { return 0 }
        guard information.st_mode & S_IFMT == S_IFDIR else { return Int64(information.st_size) }
        var total: Int64 = 0
        if let inside = FileManager.default.enumerator(atPath: path) {
            for case let name as String in inside where lstat("\(path)/\(name)", &information) == 0 {
                if information.st_mode & S_IFMT == S_IFREG { total += Int64(information.st_size) }
            }
        }
        return total
    }
}
