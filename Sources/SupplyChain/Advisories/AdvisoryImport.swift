import Core
import Foundation
import Images

/// Makes a database from a folder or a ZIP file of OSV records.
package enum AdvisoryImport {
    package struct Result: Sendable {
        package let metadata: AdvisoryDatabaseMetadata
        /// Files that hold no valid record, with the reason.
        package let rejected: [String]
    }

    /// Imports all records and makes them the current database in one step; readers see the old or the new one.
    ///
    /// - Parameters:
    ///   - sources: Folders of `.json` files (`.yaml` too, as PyPA keeps them), however deep, or `.zip` files of them.
    ///   - title: What the database says of where it came from; by default the sources' paths.
    ///   - directory: The database's folder.
    ///   - now: When this is, RFC 3339.
    /// - Returns: What was imported.
    /// - Throws: `SlipwayError` where there is no valid record: an empty database would make everything look safe.
    package static func run(
        from sources: [URL],
        named title: String? = nil,
        into directory: URL,
        now: String?
    ) throws -> Result {
        let title = title ?? sources.map(\.path).joined(separator: " ")
        let name = "db-\(UUID().uuidString)"
        let folder = directory.appending(path: name)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var writer = try DatabaseWriter(folder: folder, source: title, now: now)
            for source in sources {
                if (try? source.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true {
                    try importFolder(source, &writer)
                } else {
                    try importArchive(source, &writer)
                }
            }
            let metadata = try writer.finish()
            guard metadata.records > 0 else {
                throw SlipwayError(
                    .invalidInput,
                    "There is no OSV record in \(title)",
                    why: writer.rejected.first ?? "It holds no .json file.",
                    next: "Get one ecosystem's all.zip from the OSV project's download page."
                )
            }
            try Data("\(name)\n".utf8).write(to: directory.appending(path: "current"), options: .atomic)
            removeOthers(in: directory, except: name)
            return Result(metadata: metadata, rejected: writer.rejected)
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    /// Notes that the current database was compared with its source and is up to date.
    ///
    /// - Throws: `SlipwayError` where there is no database.
    static func confirm(in directory: URL, now: String) throws -> AdvisoryDatabaseMetadata {
        guard let database = try AdvisoryDatabase(directory: directory) else {
            throw SlipwayError(.external, "There is no advisory database in \(directory.path)")
        }
        var metadata = database.metadata
        metadata.imported = now
        try metadata.json.data().write(to: database.folder.appending(path: "metadata.json"), options: .atomic)
        return metadata
    }

    private static func importFolder(_ folder: URL, _ writer: inout DatabaseWriter) throws {
        let enumerator = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        var files: [URL] = []
        while let file = enumerator?.nextObject() as? URL {
            if ["json", "yaml", "yml"].contains(file.pathExtension.lowercased()) { files.append(file) }
        }
        for file in files.sorted(by: { $0.path < $1.path }) {
            guard (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true else { continue }
            let bytes = try OpenFile.open(file).readAll(limit: 64 << 20, file.path)
            try writer.add(bytes, name: file.path)
        }
    }

    private static func importArchive(_ file: URL, _ writer: inout DatabaseWriter) throws {
        let archive = try ZipArchive(file)
        for entry in archive.entries where entry.name.lowercased().hasSuffix(".json") {
            try writer.add(try archive.contents(of: entry, limit: 64 << 20), name: entry.name)
        }
    }

    private static func removeOthers(in directory: URL, except name: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for other in names where other.hasPrefix("db-") && other != name {
            // A reader that has the old one open keeps its files until it closes them.
            try? FileManager.default.removeItem(at: directory.appending(path: other))
        }
    }
}

/// Writes a database's files.
private struct DatabaseWriter {
    private let folder: URL
    private let file: OpenFile
    private var metadata: AdvisoryDatabaseMetadata
    private var offset: UInt64 = 0
    private var index: [(hash: UInt64, offset: UInt64, length: UInt64)] = []
    private(set) var rejected: [String] = []

    init(folder: URL, source: String, now: String?) throws {
        self.folder = folder
        file = try OpenFile.open(folder.appending(path: "advisories.jsonl"), O_WRONLY | O_CREAT | O_EXCL)
        metadata = AdvisoryDatabaseMetadata(source: source)
        metadata.imported = now
    }

    mutating func add(_ bytes: [UInt8], name: String) throws {
        let json: JSON
        let advisory: Advisory
        do {
            let isYAML = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
            let text = String(decoding: bytes, as: UTF8.self)
            json = isYAML ? try YAMLParser.document(text, file: name)?.advisoryJSON ?? .null : try JSON(parsing: text)
            advisory = try Advisory(json: json)
        } catch {
            rejected.append("\(name): \(error)")
            return
        }
        let line = Array(json.data()) + [0x0A]
        try line.withUnsafeBytes { try file.write($0) }
        var keys: Set<UInt64> = []
        for affected in advisory.affected { keys.insert(AdvisoryDatabase.hash(affected.ecosystem, affected.name)) }
        for ecosystem in Set(advisory.affected.map(\.ecosystem.description)) {
            metadata.ecosystems[ecosystem, default: 0] += 1
        }
        index += keys.map { ($0, offset, UInt64(line.count - 1)) }
        offset += UInt64(line.count)
        metadata.records += 1
        // RFC 3339 in UTC sorts as text.
        if advisory.modified > metadata.newest ?? "" { metadata.newest = advisory.modified }
    }

    mutating func finish() throws -> AdvisoryDatabaseMetadata {
        index.sort { ($0.hash, $0.offset) < ($1.hash, $1.offset) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(index.count * AdvisoryDatabase.entrySize)
        for entry in index {
            for number in [entry.hash, entry.offset, entry.length] {
                withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        try file.synchronize()
        try Data(bytes).write(to: folder.appending(path: "index"))
        try metadata.json.data().write(to: folder.appending(path: "metadata.json"))
        return metadata
    }
}

extension YAMLNode {
    /// The record as JSON, in which every scalar but null, true and false is text: an unquoted version `1.10` must not
    /// become the number 1.1.
    fileprivate var advisoryJSON: JSON {
        switch content {
        case .scalar(let scalar):
            switch scalar.value {
            case .null, .bool: scalar.value
            default: .string(scalar.text)
            }
        case .sequence(let elements): .array(elements.map(\.advisoryJSON))
        case .mapping(let entries):
            .object(Dictionary(entries.map { ($0.key, $0.value.advisoryJSON) }, uniquingKeysWith: { _, last in last }))
        }
    }
}
