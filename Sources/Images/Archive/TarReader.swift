import Core

/// Reads a tar archive as a stream: ustar, GNU long names and base-256 numbers, PAX records.
///
/// Each entry's content is the reader itself as a `ByteSource`, up to the next call of `next()`.
package final class TarReader: ByteSource {
    /// A PAX header or a long name above this is refused; honest ones have some kilobytes (extended attributes).
    private static let extensionLimit: Int64 = 1 << 20

    private let source: any ByteSource
    private var block = [UInt8](repeating: 0, count: TarBlock.size)
    private var globalRecords: [PAXRecords.Key: [UInt8]] = [:]
    private var remaining: Int64 = 0
    private var padding = 0
    private var ended = false

    package init(_ source: any ByteSource) { self.source = source }

    /// The next member; nil at the archive's end.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) for a damaged, truncated or unsupported archive.
    package func next() throws -> TarEntry? {
        guard !ended else { return nil }
        try skipContent()
        var records: [PAXRecords.Key: [UInt8]] = [:]
        var longName: [UInt8]?
        var longLink: [UInt8]?
        while true {
            guard try readHeader() else {
                ended = true
                return nil
            }
            let size = try TarNumber.parse(block[TarBlock.Field.size], "size")
            switch block[TarBlock.Field.type] {
            case UInt8(ascii: "x"): records = try PAXRecords.parse(readExtension(size))
            case UInt8(ascii: "g"): globalRecords.merge(try PAXRecords.parse(readExtension(size))) { _, new in new }
            case UInt8(ascii: "L"): longName = Array(try readExtension(size).prefix { $0 != 0 })
            case UInt8(ascii: "K"): longLink = Array(try readExtension(size).prefix { $0 != 0 })
            default:
                let all = globalRecords.merging(records) { _, new in new }
                return try makeEntry(size: size, records: all, longName: longName, longLink: longLink)
            }
        }
    }

    /// Content of the current entry.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let wanted = Int(min(Int64(buffer.count), remaining))
        guard wanted > 0 else { return 0 }
        let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        guard count > 0 else { throw truncated() }
        remaining -= Int64(count)
        return count
    }

    private func skipContent() throws {
        if remaining > 0 { try drain() }
        guard padding > 0 else { return }
        var skipped = [UInt8](repeating: 0, count: padding)
        let count = try skipped.withUnsafeMutableBytes { try source.readFully(into: $0) }
        // The padding of the very last member is cut off by some writers.
        if count < padding { ended = true }
        padding = 0
    }

    /// Reads a header block; false at the end of the archive: a block of zeros, or no more bytes.
    private func readHeader() throws -> Bool {
        guard !ended else { return false }
        let count = try block.withUnsafeMutableBytes { try source.readFully(into: $0) }
        if count == 0 { return false }
        guard count == TarBlock.size else { throw truncated() }
        if block.allSatisfy({ $0 == 0 }) { return false }
        let stored = try TarNumber.parse(block[TarBlock.Field.checksum], "checksum")
        let sums = TarBlock.checksum(block)
        guard stored == sums.unsigned || stored == sums.signed else {
            throw SlipwayError(.invalidInput, "Not a valid tar archive", why: "A header's checksum is wrong.")
        }
        return true
    }

    private func readExtension(_ size: Int64) throws -> [UInt8] {
        guard size <= Self.extensionLimit else {
            throw SlipwayError(.invalidInput, "The tar archive is refused", why: "A PAX header has \(size) bytes.")
        }
        remaining = size
        padding = TarBlock.padding(after: size)
        let bytes = try readAll(limit: Int(size), "A PAX header")
        try skipContent()
        return bytes
    }

    private func truncated() -> SlipwayError {
        SlipwayError(.invalidInput, "Not a valid tar archive", why: "It ends too early.")
    }

    private func makeEntry(
        size: Int64,
        records: [PAXRecords.Key: [UInt8]],
        longName: [UInt8]?,
        longLink: [UInt8]?
    ) throws -> TarEntry {
        let kind = try kind(records)
        let actualSize = try records[.size].map { try PAXRecords.integer($0, "size") } ?? size
        let name = headerName()
        let path = records[.path] ?? longName ?? name
        // A trailing slash marks a folder in archives from before the type byte.
        let isFolder = kind == .directory || (kind == .regular && name.last == UInt8(ascii: "/"))
        let entry = TarEntry(
            path: path,
            kind: isFolder ? .directory : kind,
            mode: UInt32(truncatingIfNeeded: try TarNumber.parse(block[TarBlock.Field.mode], "mode")) & 0o7777,
            uid: try identifier(.uid, TarBlock.Field.uid, records),
            gid: try identifier(.gid, TarBlock.Field.gid, records),
            size: kind == .regular && !isFolder ? actualSize : 0,
            modified: try modified(records),
            linkTarget: records[.linkPath] ?? longLink ?? field(TarBlock.Field.linkName),
            extendedAttributes: PAXRecords.extendedAttributes(records)
        )
        // Only regular files carry content; a size on a link or folder is decoration that POSIX says to ignore.
        remaining = entry.size
        padding = TarBlock.padding(after: entry.size)
        return entry
    }

    private func kind(_ records: [PAXRecords.Key: [UInt8]]) throws -> TarEntry.Kind {
        if records.keys.contains(where: \.isSparse) { throw unsupported("A sparse file in PAX format.") }
        switch block[TarBlock.Field.type] {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): return .regular
        case UInt8(ascii: "1"): return .hardLink
        case UInt8(ascii: "2"): return .symbolicLink
        case UInt8(ascii: "3"): return .characterDevice
        case UInt8(ascii: "4"): return .blockDevice
        case UInt8(ascii: "5"): return .directory
        case UInt8(ascii: "6"): return .fifo
        case UInt8(ascii: "S"): throw unsupported("A sparse file in GNU format.")
        case let other: throw unsupported("A member of type \"\(Character(UnicodeScalar(other)))\".")
        }
    }

    private func unsupported(_ what: String) -> SlipwayError {
        let name = String(decoding: headerName(), as: UTF8.self)
        return SlipwayError(.invalidInput, "The tar archive holds what is not supported: \(name)", why: what)
    }

    private func headerName() -> [UInt8] {
        let name = field(TarBlock.Field.name)
        // Only POSIX ustar has a prefix; GNU keeps other things there.
        guard Array(block[TarBlock.Field.magic]) == Array("ustar\0".utf8) else { return name }
        let prefix = field(TarBlock.Field.prefix)
        return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }

    private func field(_ range: Range<Int>) -> [UInt8] { Array(block[range].prefix { $0 != 0 }) }

    private func identifier(
        _ key: PAXRecords.Key,
        _ range: Range<Int>,
        _ records: [PAXRecords.Key: [UInt8]]
    ) throws -> UInt32 {
        let value =
            try records[key].map { try PAXRecords.integer($0, key.name) } ?? TarNumber.parse(block[range], key.name)
        guard let identifier = UInt32(exactly: value) else {
            throw SlipwayError(.invalidInput, "Not a valid tar archive", why: "\(value) is no \(key.name).")
        }
        return identifier
    }

    private func modified(_ records: [PAXRecords.Key: [UInt8]]) throws -> Int64 {
        guard let record = records[.modified] else {
            return try TarNumber.parse(block[TarBlock.Field.modified], "mtime")
        }
        return try PAXRecords.seconds(record, "mtime")
    }
}
