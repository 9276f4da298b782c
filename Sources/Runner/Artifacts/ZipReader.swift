import CZlib
import Core
import Foundation

/// Reads ZIP archives: what clients of the artifact service upload.
struct ZipReader {
    private struct Entry {
        let name: String
        let method: UInt16
        let crc: UInt32
        let compressed: Int
        let offset: Int
    }

    private let file: URL

    init(_ file: URL) { self.file = file }

    /// Writes all files below a folder, and nowhere else.
    ///
    /// - Returns: their paths, relative to it.
    /// - Throws: `SlipwayError` (`.external`) where the archive is damaged or a file cannot be written.
    func extract(to folder: URL) throws -> [String] {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        var paths: [String] = []
        for entry in try entries(handle) where !entry.name.hasSuffix("/") {
            let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains(".."), !parts.contains(""), !entry.name.contains("\0"), !entry.name.contains("\\")
            else { throw damage("\"\(entry.name)\" is not the path of a file inside") }
            let target = folder.appending(path: entry.name)
            try files.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try extract(entry, handle, to: target)
            paths.append(entry.name)
        }
        return paths
    }

    // MARK: - Directory

    /// The list at the archive's end; sizes in the files' own headers may be missing where it was written as a stream.
    private func entries(_ handle: FileHandle) throws -> [Entry] {
        let size = Int(try handle.seekToEnd())
        let tailLength = min(size, 65_557)
        let tail = try read(handle, at: size - tailLength, tailLength)
        guard let end = (0...max(0, tail.count - 22)).reversed().first(where: { tail.number($0, 4) == 0x0605_4B50 }),
            tail.count >= 22
        else { throw damage("It has no directory") }
        var count = tail.number(end + 10, 2)
        var length = tail.number(end + 12, 4)
        var offset = tail.number(end + 16, 4)
        if count == 0xFFFF || length == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            guard end >= 20, tail.number(end - 20, 4) == 0x0706_4B50 else { throw damage("It has no directory") }
            let record = try read(handle, at: tail.number(end - 12, 8), 56)
            guard record.number(0, 4) == 0x0606_4B50 else { throw damage("It has no directory") }
            (count, length, offset) = (record.number(32, 8), record.number(40, 8), record.number(48, 8))
        }
        let directory = try read(handle, at: offset, length)
        var position = 0
        return try (0..<count).map { _ in
            guard position + 46 <= directory.count, directory.number(position, 4) == 0x0201_4B50 else {
                throw damage("Its directory is cut short")
            }
            let nameLength = directory.number(position + 28, 2)
            let extraLength = directory.number(position + 30, 2)
            let next = position + 46 + nameLength + extraLength + directory.number(position + 32, 2)
            guard next <= directory.count else { throw damage("Its directory is cut short") }
            defer { position = next }
            return entry(directory, position, nameLength, extraLength)
        }
    }

    private func entry(_ directory: [UInt8], _ position: Int, _ nameLength: Int, _ extraLength: Int) -> Entry {
        var compressed = directory.number(position + 20, 4)
        var offset = directory.number(position + 42, 4)
        var extra = position + 46 + nameLength
        let end = extra + extraLength
        while extra + 4 <= end {
            let length = directory.number(extra + 2, 2)
            if directory.number(extra, 2) == 1 {
                // Only those numbers are here that found no room in the entry itself, in this order.
                var field = extra + 4
                if directory.number(position + 24, 4) == 0xFFFF_FFFF { field += 8 }
                if compressed == 0xFFFF_FFFF, field + 8 <= end {
                    compressed = directory.number(field, 8)
                    field += 8
                }
                if offset == 0xFFFF_FFFF, field + 8 <= end { offset = directory.number(field, 8) }
            }
            extra += 4 + length
        }
        return Entry(
            name: String(decoding: directory[(position + 46)..<(position + 46 + nameLength)], as: UTF8.self),
            method: UInt16(directory.number(position + 10, 2)),
            crc: UInt32(directory.number(position + 16, 4)),
            compressed: compressed,
            offset: offset
        )
    }

    // MARK: - Files

    private func extract(_ entry: Entry, _ handle: FileHandle, to target: URL) throws {
        let header = try read(handle, at: entry.offset, 30)
        guard header.number(0, 4) == 0x0403_4B50 else { throw damage("\"\(entry.name)\" is not where it should be") }
        try handle.seek(toOffset: UInt64(entry.offset + 30 + header.number(26, 2) + header.number(28, 2)))
        try Data().write(to: target)
        let output = try FileHandle(forWritingTo: target)
        defer { try? output.close() }
        var crc: UInt = 0
        var left = entry.compressed
        let source = { () throws -> [UInt8] in
            guard left > 0, let piece = try handle.read(upToCount: min(left, 1 << 18)), !piece.isEmpty else {
                return []
            }
            left -= piece.count
            return [UInt8](piece)
        }
        let sink = { (bytes: UnsafeBufferPointer<UInt8>) throws in
            crc = crc32(crc, bytes.baseAddress, UInt32(bytes.count))
            try output.write(contentsOf: Data(buffer: bytes))
        }
        switch entry.method {
        case 0:
            while case let bytes = try source(), !bytes.isEmpty { try bytes.withUnsafeBufferPointer(sink) }
        case 8: try inflate(entry.name, source, sink)
        default: throw damage("\"\(entry.name)\" is packed in a way that is not known (\(entry.method))")
        }
        guard left == 0, UInt32(truncatingIfNeeded: crc) == entry.crc else {
            throw damage("The content of \"\(entry.name)\" is damaged")
        }
    }

    private func inflate(
        _ name: String,
        _ source: () throws -> [UInt8],
        _ sink: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw SlipwayError(.external, "zlib could not start")
        }
        defer { inflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: 1 << 18)
        var status = Z_OK
        while status != Z_STREAM_END {
            var input = try source()
            guard !input.isEmpty else { throw damage("\"\(name)\" ends too early") }
            let count = input.count
            try input.withUnsafeMutableBufferPointer { bytes in
                stream.next_in = bytes.baseAddress
                stream.avail_in = UInt32(count)
                repeat {
                    try output.withUnsafeMutableBufferPointer { room in
                        stream.next_out = room.baseAddress
                        stream.avail_out = UInt32(room.count)
                        status = CZlib.inflate(&stream, Z_NO_FLUSH)
                        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                            throw damage("\"\(name)\" cannot be unpacked")
                        }
                        try sink(UnsafeBufferPointer(rebasing: room[..<(room.count - Int(stream.avail_out))]))
                    }
                } while status == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0)
            }
        }
    }

    private func read(_ handle: FileHandle, at offset: Int, _ count: Int) throws -> [UInt8] {
        guard offset >= 0, count >= 0 else { throw damage("It is cut short") }
        try handle.seek(toOffset: UInt64(offset))
        let data = try handle.read(upToCount: count) ?? Data()
        guard data.count == count else { throw damage("It is cut short") }
        return [UInt8](data)
    }

    private func damage(_ why: String) -> SlipwayError {
        SlipwayError(.external, "The archive \(file.lastPathComponent) cannot be read", why: why)
    }
}

extension [UInt8] {
    /// A little-endian number; 0 beyond the end.
    fileprivate func number(_ position: Int, _ length: Int) -> Int {
        guard position >= 0, position + length <= count else { return 0 }
        let value = self[position..<(position + length)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(clamping: value)
    }
}
