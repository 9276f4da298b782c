import Foundation
import Images

/// Bytes that can be read at any place: an open file, or memory.
enum PositionedBytes {
    case file(OpenFile, size: Int)
    case memory([UInt8])

    static func file(_ file: OpenFile) throws -> PositionedBytes { .file(file, size: Int(try file.status().st_size)) }

    var count: Int {
        switch self {
        case .file(_, let size): size
        case .memory(let bytes): bytes.count
        }
    }

    /// So many bytes from a place on; nil where there are fewer.
    func bytes(at offset: Int, _ length: Int) throws -> [UInt8]? {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
        switch self {
        case .memory(let bytes): return Array(bytes[offset..<offset + length])
        case .file(let file, _):
            let bytes = try [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
                initialized = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: Int64(offset))
            }
            return bytes.count == length ? bytes : nil
        }
    }
}

/// Numbers in little-endian order, as ELF on today's machines and ZIP have them.
enum LittleEndian {
    /// 0 outside of the bytes.
    static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
        guard offset >= 0, offset + size <= bytes.count else { return 0 }
        return bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
