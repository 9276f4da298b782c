import Foundation

/// One file, folder or link of a state.
struct WorkspaceEntry: Sendable {
    /// Relative to the job's folder.
    var path: String
    var mode: UInt32
    var size: Int64
    /// Nanoseconds since 1970.
    var modified: Int64
    var changed: Int64
    var inode: UInt64
    /// Where a symbolic link points.
    var link = ""
    /// The number of the copy of a file's content.
    var blob: Int?

    var isFile: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
    var needsBlob: Bool { isFile && blob == nil }

    func isSame(as other: WorkspaceEntry) -> Bool {
        mode == other.mode && size == other.size && modified == other.modified && changed == other.changed
            && inode == other.inode && link == other.link
    }

    func applyAttributes(to path: String) {
        chmod(path, mode & 0o7777)
        let time = timespec(tv_sec: Int(modified / 1_000_000_000), tv_nsec: Int(modified % 1_000_000_000))
        utimensat(AT_FDCWD, path, [time, time], 0)
    }
}

/// All files of a state, parents before children.
struct WorkspaceManifest: Sendable {
    var entries: [WorkspaceEntry] = []
    /// The next number that no copy has.
    var nextBlob = 1

    init() {}

    /// An empty one where there is no such file.
    init(reading file: URL) {
        guard let data = FileManager.default.contents(atPath: file.path) else { return }
        var fields = data.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }[...]
        func number<Value: FixedWidthInteger>(_ text: String?) -> Value { text.flatMap { Value($0) } ?? 0 }
        nextBlob = number(fields.popFirst())
        while fields.count >= 8 {
            let part = fields.prefix(8).map(\.self)
            fields = fields.dropFirst(8)
            entries.append(
                WorkspaceEntry(
                    path: part[0],
                    mode: number(part[1]),
                    size: number(part[2]),
                    modified: number(part[3]),
                    changed: number(part[4]),
                    inode: number(part[5]),
                    link: part[6],
                    blob: Int(part[7])
                )
            )
        }
    }

    /// Fields ended by NUL, which no path holds.
    func write(to file: URL) throws {
        var text = "\(nextBlob)\0"
        for entry in entries {
            text +=
                "\(entry.path)\0\(entry.mode)\0\(entry.size)\0\(entry.modified)\0\(entry.changed)\0\(entry.inode)\0"
                + "\(entry.link)\0\(entry.blob.map(String.init) ?? "")\0"
        }
        try Data(text.utf8).write(to: file)
    }
}

/// Lists a folder, taking over from an earlier state what has not changed.
struct WorkspaceWalker {
    private let root: String
    private let skipped: Set<String>
    private let old: [String: WorkspaceEntry]
    private let oldCount: Int
    private var changedBytes: Int64 = 0
    private(set) var isUnchanged = true
    /// Why the state cannot be recorded.
    private(set) var problem: String?
    var manifest = WorkspaceManifest()

    init(root: String, skipping skipped: Set<String>, old: WorkspaceManifest) {
        self.root = root
        self.skipped = skipped
        self.old = Dictionary(old.entries.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        oldCount = old.entries.count
    }

    /// - Returns: whether the limits were kept.
    mutating func walk(limit: Int, maximumChange: Int64) -> Bool {
        var open = [""]
        while let folder = open.popLast() {
            guard let names = Self.names(in: folder.isEmpty ? root : "\(root)/\(folder)") else { continue }
            for name in names where !(folder.isEmpty && skipped.contains(name)) {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                guard let entry = Self.look(at: path, in: root) else { continue }
                if entry.mode & UInt32(S_IFMT) == UInt32(S_IFDIR) { open.append(path) }
                add(entry)
                if manifest.entries.count > limit { problem = "the job had more than \(limit) files" }
                if changedBytes > maximumChange {
                    problem = "the step before changed more than \(maximumChange >> 20) MiB"
                }
                if problem != nil { return false }
            }
        }
        if manifest.entries.count != oldCount { isUnchanged = false }
        return true
    }

    private mutating func add(_ found: WorkspaceEntry) {
        var entry = found
        if let known = old[entry.path], known.isSame(as: entry) {
            entry.blob = known.blob
        } else {
            isUnchanged = false
            if entry.isFile { changedBytes += entry.size }
        }
        manifest.entries.append(entry)
    }

    private static func names(in folder: String) -> [String]? {
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Sockets, pipes and devices are no part of a state.
    private static func look(at path: String, in root: String) -> WorkspaceEntry? {
        var information = stat()
        let full = "\(root)/\(path)"
        guard lstat(full, &information) == 0 else { return nil }
        let kind = information.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFDIR || kind == S_IFLNK else { return nil }
        #if os(Linux)
            let (modified, changed) = (information.st_mtim, information.st_ctim)
        #else
            let (modified, changed) = (information.st_mtimespec, information.st_ctimespec)
        #endif
        // A folder's size and times follow from what is in it, which is listed on its own.
        let isFolder = kind == S_IFDIR
        return WorkspaceEntry(
            path: path,
            mode: UInt32(information.st_mode),
            size: isFolder ? 0 : Int64(information.st_size),
            modified: Int64(modified.tv_sec) * 1_000_000_000 + Int64(modified.tv_nsec),
            changed: isFolder ? 0 : Int64(changed.tv_sec) * 1_000_000_000 + Int64(changed.tv_nsec),
            inode: UInt64(information.st_ino),
            link: kind == S_IFLNK ? (try? FileManager.default.destinationOfSymbolicLink(atPath: full)) ?? "" : ""
        )
    }
}
