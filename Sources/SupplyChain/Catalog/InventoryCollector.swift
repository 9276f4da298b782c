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
        case .archive:
            guard let source = try content() else { return }
            try takeArchive(source, path, size, layer)
        case .none:
            guard isExecutable, size >= 64, let source = try content() else { return }
            if let executable = try scan(source, path, size, layer) { files.executables.append(executable) }
        }
    }

    /// Programs are held whole up to this size where they come as a stream.
    private static let programLimit: Int64 = 64 << 20

    /// Looks through a Java archive; its bytes go again at once.
    private mutating func takeArchive(_ source: any ByteSource, _ path: ArchivePath, _ size: Int64, _ layer: Digest?)
        throws
    {
        guard let bytes = try Self.positioned(source, size, limit: Self.fileLimit) else {
            unknowns.append(Unknown("too-large", "\(path) has \(size) bytes and was not read"))
            return
        }
        do {
            files.javaArchives += try JavaArchive.read(bytes, path: path.description, layer: layer)
        } catch let error as SlipwayError {
            unknowns.append(Unknown("unreadable-file", "\(path) could not be read: \(error.what)"))
        }
    }

    /// A file is read where it lies, a stream is held; nil for a stream that is too long.
    private static func positioned(_ source: any ByteSource, _ size: Int64, limit: Int64) throws -> PositionedBytes? {
        if let file = source as? OpenFile { return try .file(file) }
        guard size <= limit else { return nil }
        return .memory(try source.readAll(limit: Int(limit), "file"))
    }

    /// Looks into an executable; nil for a script.
    private mutating func scan(
        _ source: any ByteSource,
        _ path: ArchivePath,
        _ size: Int64,
        _ layer: Digest?
    ) throws -> CatalogExecutable? {
        guard let program = try Self.positioned(source, size, limit: Self.programLimit) else {
            return try Self.scanStream(source, path, layer)
        }
        guard try program.bytes(at: 0, 4) == [0x7F, 0x45, 0x4C, 0x46] else { return nil }
        guard let sections = try ExecutableSections(program) else {
            // Without a table of sections the marks have to be looked for.
            let stream: any ByteSource
            switch program {
            case .file(let file, _): stream = file
            case .memory(let bytes): stream = MemorySource(bytes)
            }
            return try Self.scanStream(stream, path, layer)
        }
        let go = GoBuildInformationScanner()
        if let section = try sections.content(".go.buildinfo", of: program, limit: 8 << 20) {
            _ = section.withUnsafeBytes { go.consume($0) }
        }
        var executable = CatalogExecutable(path: path.description, layer: layer, goBuildInformation: go.information)
        if let section = try sections.content(
            RustBuildInformation.section,
            of: program,
            limit: RustBuildInformation.limit
        ) {
            do {
                executable.rustBuildInformation = try RustBuildInformation(section: section)
            } catch {
                unknowns.append(Unknown("unreadable-file", "\(path) could not be read: \(error)"))
            }
        }
        return executable
    }

    private static func scanStream(
        _ source: any ByteSource,
        _ path: ArchivePath,
        _ layer: Digest?
    ) throws -> CatalogExecutable? {
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
