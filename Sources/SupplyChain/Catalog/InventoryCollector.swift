import Core
import Foundation
import Images

/// Gathers the files that catalogers ask for, within fixed limits of memory.
struct InventoryCollector {
    /// No honest manifest or database is larger.
    static let fileLimit: Int64 = 96 << 20
    static let totalLimit: Int64 = 768 << 20

    private(set) var files = CatalogFiles()
    private(set) var unknowns: [Unknown] = []
    private var total: Int64 = 0

    /// Takes a regular file: reads it, scans it or passes it by.
    ///
    /// - Parameters:
    ///   - path: Where it lies, relative to the root.
    ///   - size: In bytes.
    ///   - isExecutable: Whether anybody may execute it.
    ///   - layer: The layer that holds it.
    ///   - content: Its bytes; read only where they are needed.
    /// - Throws: What reading throws.
    mutating func take(
        _ path: ArchivePath,
        size: Int64,
        isExecutable: Bool,
        layer: Digest?,
        content: () throws -> (any ByteSource)?
    ) throws {
        switch Catalogers.interest(in: path) {
        case .notice: files.noticed.append((path.description, layer))
        case .read:
            guard size <= Self.fileLimit, total + size <= Self.totalLimit else {
                unknowns.append(Unknown("too-large", "\(path) has \(size) bytes and was not read"))
                return
            }
            guard let source = try content() else {
                unknowns.append(Unknown("unreadable-file", "\(path) could not be opened"))
                return
            }
            let bytes = try source.readAll(limit: Int(Self.fileLimit), path.description)
            total += Int64(bytes.count)
            files.files.append(CatalogFile(path: path.description, layer: layer, bytes: bytes))
        case .none:
            guard isExecutable, size >= 64, let source = try content() else { return }
            if let executable = try Self.scan(source, path, layer) { files.executables.append(executable) }
        }
    }

    /// Looks into an executable; nil for a script.
    private static func scan(_ source: any ByteSource, _ path: ArchivePath, _ layer: Digest?) throws
        -> CatalogExecutable?
    {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        var count = try source.readFully(into: buffer)
        guard count >= 4, buffer.prefix(4).elementsEqual([0x7F, 0x45, 0x4C, 0x46]) else { return nil }
        let scanner = GoBuildInformationScanner()
        while count > 0, scanner.consume(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
            count = try source.read(into: buffer)
        }
        return CatalogExecutable(path: path.description, layer: layer, goBuildInformation: scanner.information)
    }

    /// What all catalogers make of the files.
    func inventory(of subject: InventorySubject) -> Inventory {
        var inventory = Inventory(subject: subject)
        var files = files
        files.sort()
        for cataloger in Catalogers.all { cataloger.catalog(files, into: &inventory) }
        for unknown in unknowns { inventory.add(unknown) }
        return inventory
    }
}
