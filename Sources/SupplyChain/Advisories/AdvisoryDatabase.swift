import Core
import Foundation
import Images

/// What a database says of itself.
package struct AdvisoryDatabaseMetadata: Sendable, Hashable {
    /// When it was imported, RFC 3339; nil for a plain folder of records.
    package var imported: String?
    /// The newest record's own time of change.
    package var newest: String?
    /// Where it came from.
    package var source: String
    package var records: Int
    /// Records by ecosystem, releases included: `Debian:12`.
    package var ecosystems: [String: Int]

    package init(source: String) {
        self.source = source
        records = 0
        ecosystems = [:]
    }

    /// Whether there is any data at all for packages of an ecosystem.
    package func covers(_ ecosystem: Ecosystem) -> Bool {
        ecosystems.keys.contains { ecosystem.isConcerned(by: Ecosystem(parsing: $0)) }
    }

    package var json: JSON {
        [
            "formatVersion": 1, "imported": imported.map(JSON.string) ?? .null,
            "newest": newest.map(JSON.string) ?? .null,
            "source": .string(source), "records": .int(Int64(records)),
            "ecosystems": .object(ecosystems.mapValues { .int(Int64($0)) }),
        ]
    }

    package init(json: JSON) throws {
        guard json["formatVersion"]?.int == 1, let source = json["source"]?.string, let records = json["records"]?.int
        else {
            throw SlipwayError(
                .invalidInput,
                "The advisory database has a format that this version of Slipway does not know",
                next: "Import it again: slipway db update FOLDER|ZIP|ADDRESS"
            )
        }
        self.init(source: source)
        self.records = records
        imported = json["imported"]?.string
        newest = json["newest"]?.string
        ecosystems = (json["ecosystems"]?.object ?? [:]).compactMapValues(\.int)
    }
}

/// Advisories on this machine, found by package.
///
/// On disk: `current` names a folder with `metadata.json`, `advisories.jsonl` (a record a line) and `index` (sorted
/// entries of a hash of ecosystem and name, with the record's place). Only what is asked for is read.
package final class AdvisoryDatabase {
    package let metadata: AdvisoryDatabaseMetadata
    let folder: URL
    private let index: Data
    private let records: OpenFile

    /// One entry: hash, offset and length, eight bytes each, little-endian.
    static let entrySize = 24

    /// Opens an imported database; nil where there is none.
    ///
    /// - Throws: `SlipwayError` where it is damaged or of another format.
    package init?(directory: URL) throws {
        let pointer = directory.appending(path: "current")
        guard
            let name = try? String(contentsOf: pointer, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        else { return nil }
        guard name.wholeMatch(of: /[A-Za-z0-9-]+/) != nil else {
            throw SlipwayError(.invalidInput, "\(pointer.path) does not name a folder")
        }
        folder = directory.appending(path: name)
        let description = try OpenFile.open(folder.appending(path: "metadata.json")).readAll(
            limit: 16 << 20,
            "metadata"
        )
        metadata = try AdvisoryDatabaseMetadata(json: JSON(parsing: String(decoding: description, as: UTF8.self)))
        index = try Data(contentsOf: folder.appending(path: "index"), options: .alwaysMapped)
        records = try OpenFile.open(folder.appending(path: "advisories.jsonl"))
        guard index.count % Self.entrySize == 0 else {
            throw SlipwayError(
                .invalidInput,
                "The advisory database in \(directory.path) is damaged",
                next: "Import it again: slipway db update FOLDER|ZIP|ADDRESS"
            )
        }
    }

    /// All advisories that name a package, withdrawn ones included.
    package func advisories(for ecosystem: Ecosystem, name: String) throws -> [Advisory] {
        let wanted = Self.hash(ecosystem, name)
        var low = 0
        var high = index.count / Self.entrySize
        while low < high {
            let middle = (low + high) / 2
            if number(at: middle * Self.entrySize) < wanted { low = middle + 1 } else { high = middle }
        }
        var found: [Advisory] = []
        while low * Self.entrySize < index.count, number(at: low * Self.entrySize) == wanted {
            let offset = Int64(clamping: number(at: low * Self.entrySize + 8))
            let length = Int(clamping: number(at: low * Self.entrySize + 16))
            found.append(try record(at: offset, length))
            low += 1
        }
        return found
    }

    private func record(at offset: Int64, _ length: Int) throws -> Advisory {
        guard length <= 64 << 20 else { throw SlipwayError(.invalidInput, "The advisory database is damaged") }
        let bytes = try [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = try records.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        }
        return try Advisory(json: JSON(parsing: Data(bytes)))
    }

    private func number(at offset: Int) -> UInt64 {
        index.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    }

    /// FNV-1a of the ecosystem without its release, and the name in the ecosystem's own spelling.
    static func hash(_ ecosystem: Ecosystem, _ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in Array(ecosystem.base.utf8) + [0] + Array(ecosystem.normalize(name).utf8) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return hash
    }
}
