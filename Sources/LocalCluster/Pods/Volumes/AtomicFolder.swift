import Foundation

/// A folder whose files all change in one step: a reader sees the old ones or the new ones, never a mixture.
///
/// The same layout as the kubelet's: files lie in a folder with a time in its name, `..data` links to the present one,
/// and each visible name links through `..data`.
struct AtomicFolder {
    let url: URL
    /// Who may read, besides root; nil leaves that to the files' modes.
    let group: UInt32?

    /// Brings the folder to exactly these files; does nothing where it holds them already.
    func write(_ files: [VolumeFile]) throws {
        let manager = FileManager.default
        try manager.createDirectory(at: url, withIntermediateDirectories: true)
        chmod(url.path, 0o755)
        let link = url.appending(path: "..data")
        let current = try? manager.destinationOfSymbolicLink(atPath: link.path)
        if let current, holds(files, url.appending(path: current)) { return }

        let name = "..\(LogTime.fileSuffix(Date()))"
        let fresh = url.appending(path: name)
        try manager.createDirectory(at: fresh, withIntermediateDirectories: false)
        chmod(fresh.path, 0o755)
        for file in files { try write(file, below: fresh) }

        let next = url.appending(path: "..data_tmp")
        try? manager.removeItem(at: next)
        try manager.createSymbolicLink(atPath: next.path, withDestinationPath: name)
        guard rename(next.path, link.path) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        try linkNames(files)
        if let current { try? manager.removeItem(at: url.appending(path: current)) }
    }

    private func write(_ file: VolumeFile, below folder: URL) throws {
        let place = folder.appending(path: file.path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try file.data.write(to: place)
        var mode = mode_t(file.mode & 0o777)
        if let group {
            mode |= 0o040
            lchown(place.path, uid_t.max, group)
        }
        chmod(place.path, mode)
    }

    /// The first parts of all paths, as links; links to what is no longer there are removed.
    private func linkNames(_ files: [VolumeFile]) throws {
        let names = Set(files.compactMap { $0.path.split(separator: "/").first.map(String.init) })
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: url.path) where !name.hasPrefix("..") {
            if !names.contains(name) { try manager.removeItem(at: url.appending(path: name)) }
        }
        for name in names {
            let place = url.appending(path: name).path
            if (try? manager.destinationOfSymbolicLink(atPath: place)) != nil { continue }
            try manager.createSymbolicLink(atPath: place, withDestinationPath: "..data/\(name)")
        }
    }

    private func holds(_ files: [VolumeFile], _ folder: URL) -> Bool {
        let paths = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
        var count = 0
        while let item = paths?.nextObject() as? URL {
            if (try? item.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) != true { count += 1 }
        }
        return count == files.count
            && files.allSatisfy { (try? Data(contentsOf: folder.appending(path: $0.path))) == $0.data }
    }
}
