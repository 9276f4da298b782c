import Core
import Foundation
import GRDB
import Images

/// RPM packages: the SQLite database of RPM 4.16 and later. Older formats are reported by `UnsupportedCataloger`.
struct RPMCataloger: Cataloger {
    private static let folders = ["var/lib/rpm/", "usr/lib/sysimage/rpm/"]

    func interest(in path: ArchivePath) -> CatalogInterest {
        let text = path.description
        // What was written last may still lie in the journal beside the database.
        return Self.folders.contains { text == "\($0)rpmdb.sqlite" || text == "\($0)rpmdb.sqlite-wal" } ? .read : .none
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        for file in files.files where file.name == "rpmdb.sqlite" {
            let journal = files.files.first { $0.path == "\(file.path)-wal" }
            do {
                for header in try Self.headers(file.bytes, journal: journal?.bytes) {
                    guard let package = Self.package(header, file, files.distribution) else { continue }
                    inventory.add(package)
                }
            } catch {
                report(file, "\(error)", to: &inventory)
            }
        }
    }

    /// The packages' headers, read by SQLite from a copy of the database.
    private static func headers(_ bytes: [UInt8], journal: [UInt8]?) throws -> [RPMHeader] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-rpm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = folder.appending(path: "rpmdb.sqlite")
        try Data(bytes).write(to: copy)
        if let journal, !journal.isEmpty { try Data(journal).write(to: folder.appending(path: "rpmdb.sqlite-wal")) }
        let queue = try DatabaseQueue(path: copy.path)
        defer { try? queue.close() }
        return try queue.read { database in
            try Data.fetchAll(database, sql: "SELECT blob FROM Packages ORDER BY hnum").compactMap {
                RPMHeader(Array($0))
            }
        }
    }

    private static func package(
        _ header: RPMHeader,
        _ file: CatalogFile,
        _ distribution: Distribution?
    ) -> SoftwarePackage? {
        guard let name = header.text(.name), let version = header.text(.version), let release = header.text(.release)
        else { return nil }
        // Keys that sign packages are kept among them and are no software.
        guard name != "gpg-pubkey" else { return nil }
        let source = header.text(.sourceRPM)
        var qualifiers: [String: String] = [:]
        qualifiers["arch"] = header.text(.architecture)
        qualifiers["distro"] = distribution?.qualifier
        qualifiers["upstream"] = source
        let epoch = header.number(.epoch)
        if let epoch { qualifiers["epoch"] = "\(epoch)" }
        let full = "\(version)-\(release)"
        return SoftwarePackage(
            purl: PackageURL(
                type: "rpm",
                namespace: distribution?.id ?? "redhat",
                name: name,
                version: full,
                qualifiers: qualifiers
            ),
            name: name,
            version: full,
            ecosystem: distribution?.ecosystem,
            advisoryName: advisoryName(name, source, distribution),
            advisoryVersion: epoch.map { "\($0):\(full)" } ?? full,
            licenses: header.text(.license).map { [$0] } ?? [],
            supplier: header.text(.vendor),
            locations: [file.location()]
        )
    }

    /// `bash-5.1.8-6.el9.src.rpm` is of the source `bash`.
    static func advisoryName(_ name: String, _ source: String?, _ distribution: Distribution?) -> String {
        guard distribution?.advisoriesNameSources ?? true,
            let match = source?.wholeMatch(of: /(.+)-[^-]+-[^-]+\.(?:no)?src\.rpm/)
        else { return name }
        return String(match.1)
    }
}

/// A package's header: an index of tags over a store of values (RPM file format, version 4).
struct RPMHeader {
    enum Tag: UInt32 {
        case name = 1000
        case version = 1001
        case release = 1002
        case epoch = 1003
        case vendor = 1011
        case license = 1014
        case architecture = 1022
        case sourceRPM = 1044
    }

    private let bytes: [UInt8]
    private let store: Int
    private var offsets: [UInt32: Int] = [:]

    /// nil for what is damaged.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard let count = Self.number(bytes, 0), let length = Self.number(bytes, 4), count <= 1 << 16 else {
            return nil
        }
        store = 8 + Int(count) * 16
        guard store + Int(length) <= bytes.count else { return nil }
        for index in 0..<Int(count) {
            let entry = 8 + index * 16
            guard let tag = Self.number(bytes, entry), let offset = Self.number(bytes, entry + 8), offset < length
            else {
                continue
            }
            offsets[tag] = store + Int(offset)
        }
    }

    func text(_ tag: Tag) -> String? {
        guard let offset = offsets[tag.rawValue] else { return nil }
        let value = String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
        return value.isEmpty || value == "(none)" ? nil : value
    }

    func number(_ tag: Tag) -> UInt32? { offsets[tag.rawValue].flatMap { Self.number(bytes, $0) } }

    /// Big-endian.
    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32? {
        guard offset >= 0, offset + 4 <= bytes.count else { return nil }
        return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
