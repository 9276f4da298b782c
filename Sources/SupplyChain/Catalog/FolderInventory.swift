import Foundation
import Images

/// Finds the packages of a folder: a source tree, or the root of a file system.
package enum FolderInventory {
    /// Folders that hold copies, histories and results of builds, and not what the project itself is made of.
    private static let skipped: Set<String> = [".git", ".build", ".swiftpm", ".slipway", ".hg", ".svn"]

    /// Looks through a folder. Links are not followed.
    ///
    /// - Throws: `SlipwayError` where the folder cannot be read.
    package static func read(_ folder: URL) throws -> Inventory {
        let root = try OpenFile.open(folder, O_RDONLY | O_DIRECTORY)
        var collector = InventoryCollector()
        try walk(root, ArchivePath.root, isSystem: folder.standardizedFileURL.path == "/", depth: 0, &collector)
        let subject = InventorySubject(kind: .folder, name: folder.standardizedFileURL.lastPathComponent)
        return collector.inventory(of: subject)
    }

    private static func walk(
        _ folder: OpenFile,
        _ path: ArchivePath,
        isSystem: Bool,
        depth: Int,
        _ collector: inout InventoryCollector
    ) throws {
        // Deeper than any project; each level holds a descriptor.
        guard depth < 128 else { return }
        for name in try folder.entryNames() {
            guard let status = try folder.status(of: name) else { continue }
            let child = path.appending(name)
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                let text = String(decoding: name, as: UTF8.self)
                if skipped.contains(text) { continue }
                // The kernel's own file systems have no end.
                if isSystem, path.isRoot, ["proc", "sys", "dev", "run"].contains(text) { continue }
                guard let subfolder = try? folder.subdirectory(name) else { continue }
                try walk(subfolder, child, isSystem: isSystem, depth: depth + 1, &collector)
            case S_IFREG:
                try collector.take(
                    child,
                    size: Int64(status.st_size),
                    isExecutable: status.st_mode & 0o111 != 0,
                    layer: nil
                ) { try folder.openFile(name) }
            default: continue
            }
        }
    }
}
