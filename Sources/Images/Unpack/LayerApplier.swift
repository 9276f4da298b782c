import Core
import Foundation

/// Applies the entries of one image's layers, lowest first, to a folder (OCI image specification, layer.md).
///
/// Every entry's folder is resolved inside the root anew, so a layer cannot first make a link and then write through
/// it to the outside; the entry's own name is never followed.
final class LayerApplier {
    private let root: RootDirectory
    private let policy: UnpackPolicy
    private let ownership = geteuid() == 0
    /// Paths that the current layer has made: its whiteouts hide lower layers only.
    private var layerPaths: Set<ArchivePath> = []
    /// Folders in which the current layer has made something, however deep.
    private var layerAncestors: Set<ArchivePath> = []
    /// Modes and times of folders are set last: making things in a folder changes its time and may need its rights.
    private var folders: [ArchivePath: TarEntry] = [:]
    private var entries = 0
    /// The folder of the entry before, which is most often the next one's folder too.
    private var recent: (path: ArchivePath, folder: OpenFile)?

    init(root: RootDirectory, policy: UnpackPolicy) {
        self.root = root
        self.policy = policy
    }

    func beginLayer() {
        layerPaths.removeAll(keepingCapacity: true)
        layerAncestors.removeAll(keepingCapacity: true)
        recent = nil
    }

    /// Notes that this layer makes `path`; says whether it is the first time.
    private func note(_ path: ArchivePath) -> Bool {
        var ancestor = path
        while !ancestor.isRoot {
            ancestor = ancestor.parent
            if !layerAncestors.insert(ancestor).inserted { break }
        }
        return layerPaths.insert(path).inserted
    }

    func apply(_ entry: TarEntry, content: any ByteSource) throws {
        entries += 1
        guard entries <= policy.maximumEntries else {
            throw SlipwayError(.invalidInput, "The image is refused: it has more than \(policy.maximumEntries) files")
        }
        let path = try ArchivePath(untrusted: entry.path)
        if path.isRoot {
            if entry.kind == .directory { folders[path] = entry }
            return
        }
        if try applyWhiteout(path) { return }
        try check(entry, path)
        let parent = try folder(at: path.parent)
        let firstInLayer = note(path)
        try makeRoom(for: entry, at: path, in: parent, firstInLayer: firstInLayer)
        switch entry.kind {
        case .regular: try makeFile(path.name, entry, in: parent, content)
        case .directory: try makeFolder(path, entry, in: parent)
        case .symbolicLink: try makeLink(path.name, entry, in: parent)
        case .hardLink: try makeHardLink(path.name, entry, in: parent)
        case .fifo: try makeFIFO(path.name, entry, in: parent)
        case .characterDevice, .blockDevice: break
        }
    }

    /// Sets the folders' modes, owners and times, deepest first.
    func finish() throws {
        recent = nil
        for (path, entry) in folders.sorted(by: { $0.key > $1.key }) {
            // A later layer may have removed the folder or put something else in its place.
            guard let parent = try? root.directory(at: path.parent),
                let folder = path.isRoot ? parent : try? parent.subdirectory(path.name)
            else { continue }
            try setMetadata(folder, entry)
        }
    }

    // MARK: Checks

    private func check(_ entry: TarEntry, _ path: ArchivePath) throws {
        if entry.kind == .characterDevice || entry.kind == .blockDevice {
            throw refusal(path, "It is a device node.")
        }
        if policy.setID == .refuse {
            if entry.kind == .regular, entry.mode & 0o6000 != 0 { throw refusal(path, "It is set-uid or set-gid.") }
            if entry.extendedAttributes[Self.capability] != nil { throw refusal(path, "It has file capabilities.") }
        }
    }

    private func refusal(_ path: ArchivePath, _ why: String) -> SlipwayError {
        SlipwayError(.invalidInput, "The layer holds \"\(path)\", which is refused", why: why)
    }

    private static let capability = Array("security.capability".utf8)

    // MARK: Whiteouts

    private static let whiteoutPrefix = Array(".wh.".utf8)
    private static let opaque = Array(".wh..wh..opq".utf8)

    private func applyWhiteout(_ path: ArchivePath) throws -> Bool {
        guard path.name.starts(with: Self.whiteoutPrefix) else { return false }
        if path.name == Self.opaque {
            guard let folder = try? root.directory(at: path.parent) else { return true }
            try removeLower(in: folder, at: path.parent)
            return true
        }
        // AUFS's own book-keeping (.wh..wh.plnk, .wh..wh.orph) means nothing to anybody else.
        if path.name.starts(with: Array(".wh..wh.".utf8)) { return true }
        let hidden = Array(path.name.dropFirst(Self.whiteoutPrefix.count))
        guard !hidden.isEmpty, hidden != Array(".".utf8), hidden != Array("..".utf8) else {
            throw refusal(path, "It is a whiteout of nothing.")
        }
        let target = path.parent.appending(hidden)
        guard let folder = try? root.directory(at: path.parent) else { return true }
        if layerPaths.contains(target) || layerAncestors.contains(target) {
            if let child = try? folder.subdirectory(hidden) { try removeLower(in: child, at: target) }
        } else {
            try remove(hidden, in: folder)
        }
        return true
    }

    /// Removes what lower layers left in a folder; what this layer made stays.
    private func removeLower(in folder: OpenFile, at path: ArchivePath) throws {
        for name in try folder.entryNames() {
            let child = path.appending(name)
            if layerPaths.contains(child) || layerAncestors.contains(child) {
                if let subfolder = try? folder.subdirectory(name) { try removeLower(in: subfolder, at: child) }
            } else {
                try remove(name, in: folder)
            }
        }
    }

    private func remove(_ name: [UInt8], in folder: OpenFile) throws {
        try folder.removeTree(name)
        recent = nil
    }

    // MARK: Making things

    private func folder(at path: ArchivePath) throws -> OpenFile {
        if let recent, recent.path == path { return recent.folder }
        let folder = try root.directory(at: path, creating: true)
        recent = (path, folder)
        return folder
    }

    /// Removes what is in the way of an entry; a folder stays where the entry is a folder too.
    private func makeRoom(
        for entry: TarEntry,
        at path: ArchivePath,
        in parent: OpenFile,
        firstInLayer: Bool
    ) throws {
        guard let existing = try parent.status(of: path.name) else { return }
        let isFolder = existing.st_mode & S_IFMT == S_IFDIR
        if isFolder, entry.kind == .directory { return }
        guard firstInLayer else { throw refusal(path, "The same layer holds it twice.") }
        if isFolder, layerAncestors.contains(path) {
            throw refusal(path, "The same layer puts files into it and then replaces it.")
        }
        try remove(path.name, in: parent)
    }

    private func makeFile(_ name: [UInt8], _ entry: TarEntry, in parent: OpenFile, _ content: any ByteSource) throws {
        let descriptor = retryingInterrupts {
            name.withPathPointer {
                openat(parent.descriptor, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            }
        }
        guard descriptor >= 0 else { throw failure("make the file", name) }
        let file = OpenFile(adopting: descriptor)
        try content.forEachChunk { try file.write($0) }
        try setMetadata(file, entry)
    }

    private func makeFolder(_ path: ArchivePath, _ entry: TarEntry, in parent: OpenFile) throws {
        if path.name.withPathPointer({ mkdirat(parent.descriptor, $0, 0o755) }) != 0, errno != EEXIST {
            throw failure("make the folder", path.name)
        }
        folders[path] = entry
    }

    private func makeLink(_ name: [UInt8], _ entry: TarEntry, in parent: OpenFile) throws {
        guard !entry.linkTarget.isEmpty, entry.linkTarget.count <= 4096, !entry.linkTarget.contains(0) else {
            throw SlipwayError(
                .invalidInput,
                "The layer holds a symbolic link without a valid target: \(String(decoding: name, as: UTF8.self))"
            )
        }
        let made = entry.linkTarget.withPathPointer { target in
            name.withPathPointer { symlinkat(target, parent.descriptor, $0) }
        }
        guard made == 0 else { throw failure("make the link", name) }
        recent = nil
        if ownership {
            _ = name.withPathPointer { fchownat(parent.descriptor, $0, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) }
        }
        var times = Self.times(entry)
        _ = name.withPathPointer { utimensat(parent.descriptor, $0, &times, AT_SYMLINK_NOFOLLOW) }
    }

    private func makeHardLink(_ name: [UInt8], _ entry: TarEntry, in parent: OpenFile) throws {
        let target = try ArchivePath(untrusted: entry.linkTarget)
        guard !target.isRoot else { throw refusal(target, "A hard link to the root folder.") }
        let folder = try root.directory(at: target.parent)
        // Without AT_SYMLINK_FOLLOW a link to a link is a second name of the link itself.
        let made = target.name.withPathPointer { from in
            name.withPathPointer { linkat(folder.descriptor, from, parent.descriptor, $0, 0) }
        }
        guard made == 0 else { throw failure("make the hard link to \"\(target)\":", name) }
    }

    private func makeFIFO(_ name: [UInt8], _ entry: TarEntry, in parent: OpenFile) throws {
        guard name.withPathPointer({ mkfifoat(parent.descriptor, $0, 0o600) }) == 0 else {
            throw failure("make the pipe", name)
        }
        if ownership {
            _ = name.withPathPointer { fchownat(parent.descriptor, $0, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) }
        }
        _ = name.withPathPointer { fchmodat(parent.descriptor, $0, mode_t(entry.mode & 0o777), 0) }
    }

    // MARK: Metadata

    private func setMetadata(_ file: OpenFile, _ entry: TarEntry) throws {
        if ownership, fchown(file.descriptor, entry.uid, entry.gid) != 0 {
            throw SystemCallError.last("Cannot set the owner of a file of the image")
        }
        // After the owner: changing it clears the set-uid bits. On a folder set-gid only inherits a group.
        var mode = entry.mode & 0o7777
        if policy.setID == .strip, entry.kind != .directory { mode &= 0o1777 }
        guard fchmod(file.descriptor, mode_t(mode)) == 0 else {
            throw SystemCallError.last("Cannot set the mode of a file of the image")
        }
        var times = Self.times(entry)
        guard futimens(file.descriptor, &times) == 0 else {
            throw SystemCallError.last("Cannot set the time of a file of the image")
        }
    }

    private static func times(_ entry: TarEntry) -> [timespec] {
        // Times before 1970 or after 2446 do not fit every file system.
        let seconds = min(max(entry.modified, 0), 15_032_385_535)
        return [timespec](repeating: timespec(tv_sec: time_t(seconds), tv_nsec: 0), count: 2)
    }

    private func failure(_ what: String, _ name: [UInt8]) -> SlipwayError {
        SystemCallError.last("Cannot \(what) \"\(String(decoding: name, as: UTF8.self))\"")
    }
}
