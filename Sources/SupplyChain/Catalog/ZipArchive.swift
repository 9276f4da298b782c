import CZlib
import Core
import Foundation
import Images

/// Reads a ZIP file by its central directory (APPNOTE 6.3.10), with ZIP64, stored and deflated members.
final class ZipArchive {
    struct Entry: Sendable, Hashable {
        let name: String
        let method: UInt16
        let checksum: UInt32
        let compressedSize: UInt64
        let size: UInt64
        let headerOffset: UInt64
    }

    private let file: PositionedBytes
    private let name: String
    let entries: [Entry]

    convenience init(_ url: URL) throws { try self.init(.file(OpenFile.open(url)), name: url.path) }

    /// - Throws: `SlipwayError` for what is no ZIP file, or a damaged one.
    init(_ file: PositionedBytes, name: String) throws {
        self.file = file
        self.name = name
        let size = UInt64(file.count)
        // The end record is followed by a comment of at most 65,535 bytes.
        let tailSize = min(size, 65_557)
        let tail = try Self.bytes(file, at: size - tailSize, Int(tailSize), name)
        guard let end = Self.lastIndex(of: [0x50, 0x4B, 5, 6], in: tail), tail.count >= end + 22 else {
            throw Self.damage(name, "It has no end record.")
        }
        var count = UInt64(Self.number(tail, end + 10, 2))
        var length = Self.number(tail, end + 12, 4)
        var offset = Self.number(tail, end + 16, 4)
        if count == 0xFFFF || length == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            guard end >= 20, Self.number(tail, end - 20, 4) == 0x0706_4B50 else {
                throw Self.damage(name, "Its ZIP64 record is missing.")
            }
            let record = try Self.bytes(file, at: Self.number(tail, end - 12, 8), 56, name)
            guard Self.number(record, 0, 4) == 0x0606_4B50 else {
                throw Self.damage(name, "Its ZIP64 record is wrong.")
            }
            count = Self.number(record, 32, 8)
            length = Self.number(record, 40, 8)
            offset = Self.number(record, 48, 8)
        }
        guard length <= 1 << 30, count <= 5_000_000, offset <= size, length <= size - offset else {
            throw Self.damage(name, "Its directory lies outside of it.")
        }
        let directory = try Self.bytes(file, at: offset, Int(length), name)
        entries = try Self.readDirectory(directory, count: Int(count), name)
    }

    private static func readDirectory(_ bytes: [UInt8], count: Int, _ name: String) throws -> [Entry] {
        var entries: [Entry] = []
        var position = 0
        for _ in 0..<count {
            guard position + 46 <= bytes.count, number(bytes, position, 4) == 0x0201_4B50 else {
                throw damage(name, "Its directory is cut off.")
            }
            let nameLength = Int(number(bytes, position + 28, 2))
            let extraLength = Int(number(bytes, position + 30, 2))
            let commentLength = Int(number(bytes, position + 32, 2))
            let nameEnd = position + 46 + nameLength
            guard nameEnd + extraLength + commentLength <= bytes.count else {
                throw damage(name, "Its directory is cut off.")
            }
            var wide = WideFields(Array(bytes[nameEnd..<nameEnd + extraLength]))
            let size = wide.value(number(bytes, position + 24, 4))
            let compressedSize = wide.value(number(bytes, position + 20, 4))
            let offset = wide.value(number(bytes, position + 42, 4))
            guard number(bytes, position + 8, 2) & 1 == 0 else { throw damage(name, "It is encrypted.") }
            entries.append(
                Entry(
                    name: String(decoding: bytes[(position + 46)..<nameEnd], as: UTF8.self),
                    method: UInt16(number(bytes, position + 10, 2)),
                    checksum: UInt32(number(bytes, position + 16, 4)),
                    compressedSize: compressedSize,
                    size: size,
                    headerOffset: offset
                )
            )
            position = nameEnd + extraLength + commentLength
        }
        return entries
    }

    /// The ZIP64 extra field: eight bytes for each of the fields that are too small, in a fixed order.
    private struct WideFields {
        private var bytes: ArraySlice<UInt8> = []

        init(_ extra: [UInt8]) {
            var position = 0
            while position + 4 <= extra.count {
                let length = Int(ZipArchive.number(extra, position + 2, 2))
                guard position + 4 + length <= extra.count else { return }
                if ZipArchive.number(extra, position, 2) == 1 {
                    bytes = extra[(position + 4)..<(position + 4 + length)]
                }
                position += 4 + length
            }
        }

        mutating func value(_ narrow: UInt64) -> UInt64 {
            guard narrow == 0xFFFF_FFFF, bytes.count >= 8 else { return narrow }
            defer { bytes = bytes.dropFirst(8) }
            return ZipArchive.number(Array(bytes), 0, 8)
        }
    }

    /// A member's content, whole.
    func contents(of entry: Entry, limit: Int) throws -> [UInt8] {
        guard entry.size <= UInt64(limit), entry.compressedSize <= UInt64(limit) else {
            throw Self.damage(name, "\(entry.name) has \(entry.size) bytes.")
        }
        let header = try Self.bytes(file, at: entry.headerOffset, 30, name)
        guard Self.number(header, 0, 4) == 0x0403_4B50 else { throw Self.damage(name, "\(entry.name) has no header.") }
        let skipped = 30 + Self.number(header, 26, 2) + Self.number(header, 28, 2)
        let packed = try Self.bytes(file, at: entry.headerOffset + skipped, Int(entry.compressedSize), name)
        let content: [UInt8]
        switch entry.method {
        case 0: content = packed
        case 8:
            let decoder = try GzipDecoder(MemorySource(packed), format: .raw, name: entry.name)
            content = try decoder.readAll(limit: Int(entry.size), entry.name)
        default: throw Self.damage(name, "\(entry.name) is packed by method \(entry.method).")
        }
        let sum = content.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        guard content.isEmpty || UInt32(truncatingIfNeeded: sum) == entry.checksum else {
            throw Self.damage(name, "\(entry.name) does not have its checksum.")
        }
        return content
    }

    private static func bytes(_ file: PositionedBytes, at offset: UInt64, _ count: Int, _ name: String) throws
        -> [UInt8]
    {
        guard let position = Int(exactly: offset), let bytes = try file.bytes(at: position, count) else {
            throw damage(name, "It is cut off.")
        }
        return bytes
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
        LittleEndian.number(bytes, offset, size)
    }

    private static func lastIndex(of needle: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= needle.count else { return nil }
        return stride(from: bytes.count - needle.count, through: 0, by: -1).first { bytes[$0...].starts(with: needle) }
    }

    private static func damage(_ name: String, _ why: String) -> SlipwayError {
        SlipwayError(.invalidInput, "\(name) is not a valid ZIP file", why: why)
    }
}
