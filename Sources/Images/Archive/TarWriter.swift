import Core

/// Writes a tar archive as a stream: plain ustar, with PAX records only where ustar's fields are too small.
package final class TarWriter {
    private let sink: any ByteSink

    package init(_ sink: any ByteSink) { self.sink = sink }

    /// Adds an entry; `content` must give exactly `entry.size` bytes.
    ///
    /// - Throws: `SlipwayError` (`.external`) where the content is shorter or longer: a file changed while it was read.
    package func append(_ entry: TarEntry, content: (any ByteSource)? = nil) throws {
        var path = entry.path
        if entry.kind == .directory, path.last != UInt8(ascii: "/") { path.append(UInt8(ascii: "/")) }
        var records: [PAXRecords.Key: [UInt8]] = [:]
        let split = Self.split(path)
        if split == nil { records[.path] = path }
        if entry.linkTarget.count > 100 { records[.linkPath] = entry.linkTarget }
        func number(_ value: Int64, _ key: PAXRecords.Key, width: Int) -> [UInt8] {
            if let octal = TarNumber.octal(value, width: width) { return octal }
            records[key] = Array(String(value).utf8)
            return TarNumber.octal(0, width: width) ?? []
        }
        var header = Header()
        header.put(split?.name ?? Array(path.prefix(100)), TarBlock.Field.name)
        header.put(split?.prefix ?? [], TarBlock.Field.prefix)
        header.put(TarNumber.octal(Int64(entry.mode & 0o7777), width: 8) ?? [], TarBlock.Field.mode)
        header.put(number(Int64(entry.uid), .uid, width: 8), TarBlock.Field.uid)
        header.put(number(Int64(entry.gid), .gid, width: 8), TarBlock.Field.gid)
        header.put(number(entry.size, .size, width: 12), TarBlock.Field.size)
        header.put(number(entry.modified, .modified, width: 12), TarBlock.Field.modified)
        header.put(Array(entry.linkTarget.prefix(100)), TarBlock.Field.linkName)
        for (name, value) in entry.extendedAttributes {
            let key = PAXRecords.Key.attributePrefix + String(decoding: name, as: UTF8.self)
            records[PAXRecords.Key(name: key)] = value
        }
        if !records.isEmpty { try appendRecords(records) }
        try sink.write(header.finished(type: Self.type(entry.kind)))
        try copy(content, entry)
    }

    /// Two blocks of zeros mark the end.
    package func finish() throws {
        try sink.write([UInt8](repeating: 0, count: 2 * TarBlock.size))
        try sink.finish()
    }

    private func appendRecords(_ records: [PAXRecords.Key: [UInt8]]) throws {
        let body = PAXRecords.encode(records)
        var header = Header()
        header.put(Array("PaxHeaders/entry".utf8), TarBlock.Field.name)
        header.put(TarNumber.octal(0o644, width: 8) ?? [], TarBlock.Field.mode)
        header.put(TarNumber.octal(0, width: 8) ?? [], TarBlock.Field.uid)
        header.put(TarNumber.octal(0, width: 8) ?? [], TarBlock.Field.gid)
        header.put(TarNumber.octal(Int64(body.count), width: 12) ?? [], TarBlock.Field.size)
        header.put(TarNumber.octal(0, width: 12) ?? [], TarBlock.Field.modified)
        try sink.write(header.finished(type: UInt8(ascii: "x")))
        try sink.write(body + [UInt8](repeating: 0, count: TarBlock.padding(after: Int64(body.count))))
    }

    private func copy(_ content: (any ByteSource)?, _ entry: TarEntry) throws {
        var written: Int64 = 0
        try content?.forEachChunk { chunk in
            written += Int64(chunk.count)
            guard written <= entry.size else { throw changed(entry) }
            try sink.write(chunk)
        }
        guard written == entry.size else { throw changed(entry) }
        let padding = TarBlock.padding(after: entry.size)
        if padding > 0 { try sink.write([UInt8](repeating: 0, count: padding)) }
    }

    private func changed(_ entry: TarEntry) -> SlipwayError {
        SlipwayError(
            .external,
            "The file for /\(String(decoding: entry.path, as: UTF8.self)) changed while it was read",
            next: "Run the command again when nothing writes to it any more."
        )
    }

    /// A path in ustar's two fields: at most 100 bytes of name and, before a slash, 155 of prefix.
    private static func split(_ path: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
        if path.count <= 100 { return ([], path) }
        guard path.count <= 256 else { return nil }
        // The last byte may be a folder's own slash, which must stay in the name.
        for index in path.indices.dropLast().reversed() where path[index] == UInt8(ascii: "/") {
            let name = Array(path[(index + 1)...])
            if name.count > 100 { return nil }
            if index <= 155, index > 0 { return (Array(path[..<index]), name) }
        }
        return nil
    }

    private static func type(_ kind: TarEntry.Kind) -> UInt8 {
        switch kind {
        case .regular: UInt8(ascii: "0")
        case .hardLink: UInt8(ascii: "1")
        case .symbolicLink: UInt8(ascii: "2")
        case .characterDevice: UInt8(ascii: "3")
        case .blockDevice: UInt8(ascii: "4")
        case .directory: UInt8(ascii: "5")
        case .fifo: UInt8(ascii: "6")
        }
    }

    private struct Header {
        var block = [UInt8](repeating: 0, count: TarBlock.size)

        mutating func put(_ bytes: [UInt8], _ field: Range<Int>) {
            block.replaceSubrange(field.lowerBound..<(field.lowerBound + bytes.count), with: bytes)
        }

        func finished(type: UInt8) -> [UInt8] {
            var header = self
            header.block[TarBlock.Field.type] = type
            header.put(Array("ustar\0".utf8), TarBlock.Field.magic)
            header.put(Array("00".utf8), TarBlock.Field.version)
            let sum = TarBlock.checksum(header.block).unsigned
            header.put((TarNumber.octal(sum, width: 7) ?? []) + [0x20], TarBlock.Field.checksum)
            return header.block
        }
    }
}
