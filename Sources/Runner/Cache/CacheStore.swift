import Core
import Crypto
import Foundation

/// Caches of the project: immutable entries, found by key, kept below a limit.
struct CacheStore: Sendable {
    struct Entry: Sendable, Codable, Hashable {
        let id: String
        let key: String
        /// What was cached: entries of other paths do not match.
        let version: String
        /// The ref that saved it: others see it only if it is their base or default branch.
        let ref: String
        let createdAt: Date
        let size: Int64
        /// Stored path by path: `0`, `1`, … inside the entry.
        let items: [Item]
    }

    struct Item: Sendable, Codable, Hashable {
        /// Relative to the workspace, or absolute.
        let path: String
    }

    /// GitHub's limit for a repository.
    static let defaultLimit: Int64 = 10 << 30
    /// What was not used for so long goes, as on GitHub.
    static let maximumAge: TimeInterval = 7 * 24 * 3600

    let folder: URL
    let limit: Int64
    let tools: ToolRunner

    /// The version of a list of paths.
    static func version(paths: [String]) -> String {
        SHA256.hash(data: Data((paths + ["directory", "1"]).joined(separator: "|").utf8)).hexadecimal
    }

    /// The entry that answers a restore: for each key in order the exact one, else the newest that starts with it;
    /// first those of the ref itself, then of each further one.
    func find(keys: [String], version: String, refs: [String]) throws -> Entry? {
        let all = try entries().filter { $0.version == version }
        for ref in refs {
            let visible = all.filter { $0.ref == ref }
            for key in keys {
                if let exact = visible.first(where: { $0.key == key }) { return exact }
                if let newest = visible.filter({ $0.key.hasPrefix(key) }).max(by: { $0.createdAt < $1.createdAt }) {
                    return newest
                }
            }
        }
        return nil
    }

    /// Puts an entry's files where they were.
    func restore(_ entry: Entry, workspace: String) async throws {
        let copy = FolderCopy(tools: tools)
        for (index, item) in entry.items.enumerated() {
            try await copy.copy(stored(entry.id, index).path, to: Self.absolute(item.path, workspace: workspace))
        }
        markUsed(entry)
    }

    /// The folder's own time says when the entry was last used.
    func markUsed(_ entry: Entry) {
        FileTime.setModified(
            folder.appending(path: entry.id).path,
            nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)
        )
    }

    /// The file of an entry that holds one.
    func file(of entry: Entry) -> URL { stored(entry.id, 0) }

    /// Whether exactly this entry is there.
    func contains(key: String, version: String, ref: String) throws -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: Self.id(key, version, ref)).path)
    }

    /// One id for one key: whoever renames its folder to it first has saved it.
    private static func id(_ key: String, _ version: String, _ ref: String) -> String {
        SHA256.hash(data: Data([ref, version, key].joined(separator: "\0").utf8)).hexadecimal
    }

    /// Saves paths under a key.
    ///
    /// - Returns: nil where an entry with this key, version and ref is there already: entries never change.
    func save(key: String, version: String, ref: String, paths: [String], workspace: String) async throws -> Entry? {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let id = Self.id(key, version, ref)
        if FileManager.default.fileExists(atPath: folder.appending(path: id).path) { return nil }
        let temporary = folder.appending(path: "tmp-\(Identifier.make(at: Date()))")
        defer { try? FolderCopy.remove(temporary.path) }
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        let copy = FolderCopy(tools: tools)
        for (index, path) in paths.enumerated() {
            let source = Self.absolute(path, workspace: workspace)
            try await copy.copy(source, to: temporary.appending(path: "\(index)").path)
        }
        let entry = Entry(
            id: id,
            key: key,
            version: version,
            ref: ref,
            createdAt: Date(),
            size: FolderCopy.size(of: temporary.path),
            items: paths.map(Item.init)
        )
        try JSONEncoder().encode(entry).write(to: temporary.appending(path: "entry.json"))
        guard rename(temporary.path, folder.appending(path: id).path) == 0 else { return nil }
        try evict(keeping: id)
        return entry
    }

    /// Removes what is old, then what was used longest ago, until the limit holds.
    private func evict(keeping kept: String) throws {
        let entries = try entries()
        let used = Dictionary(
            entries.map { ($0.id, FileTime.modified(folder.appending(path: $0.id).path) ?? 0) },
            uniquingKeysWith: { first, _ in first }
        )
        var total = entries.reduce(0) { $0 + $1.size }
        let oldest = Int64((Date().timeIntervalSince1970 - Self.maximumAge) * 1e9)
        for entry in entries.sorted(by: { used[$0.id] ?? 0 < used[$1.id] ?? 0 }) where entry.id != kept {
            guard total > limit || used[entry.id] ?? 0 < oldest else { continue }
            // Renamed first: another process never sees half an entry.
            let doomed = folder.appending(path: "tmp-\(Identifier.make(at: Date()))").path
            if rename(folder.appending(path: entry.id).path, doomed) == 0 { try FolderCopy.remove(doomed) }
            total -= entry.size
        }
    }

    private func entries() throws -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.compactMap { name in
            guard !name.hasPrefix("tmp-"),
                let data = FileManager.default.contents(atPath: folder.appending(path: "\(name)/entry.json").path)
            else { return nil }
            return try? JSONDecoder().decode(Entry.self, from: data)
        }
    }

    private func stored(_ id: String, _ index: Int) -> URL { folder.appending(path: "\(id)/\(index)") }

    private static func absolute(_ path: String, workspace: String) -> String {
        if path.hasPrefix("/") { return path }
        return path == "." ? workspace : "\(workspace)/\(path)"
    }
}
