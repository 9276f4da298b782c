import Core

/// Reads numbers and strings at offsets of a file, never beyond its end.
struct ELFReader {
    let file: OpenFile
    let name: String

    func bytes(at offset: UInt64, count: Int) throws -> [UInt8] {
        guard let position = Int64(exactly: offset), count >= 0, count <= 1 << 24 else { throw damage() }
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: position)
        }
        guard bytes.count == count else { throw damage() }
        return bytes
    }

    /// Text up to a NUL byte, within `limit` bytes or to the file's end.
    func string(at offset: UInt64, limit: UInt64) throws -> String {
        guard let position = Int64(exactly: offset) else { throw damage() }
        let bytes = try [UInt8](unsafeUninitializedCapacity: Int(min(limit, 1 << 16))) { buffer, initialized in
            initialized = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: position)
        }
        guard let end = bytes.firstIndex(of: 0) else { throw damage() }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }

    func damage() -> SlipwayError {
        SlipwayError(.invalidInput, "\(name) is a damaged ELF file", why: "Its headers point outside of it.")
    }
}

/// Numbers in a piece of a file, in the file's byte order and word size.
struct ELFFields {
    let bytes: [UInt8]
    let architecture: ELFObject.Architecture

    func number(at offset: Int, size: Int) -> UInt64 {
        guard offset >= 0, offset + size <= bytes.count else { return 0 }
        let field = bytes[offset..<offset + size]
        let bigEndian = architecture.littleEndian ? Array(field.reversed()) : Array(field)
        return bigEndian.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A field that is four bytes in 32-bit files and eight in 64-bit ones, at an offset of its own in each.
    func word(_ narrow: Int, _ wide: Int) -> UInt64 {
        architecture.is64Bit ? number(at: wide, size: 8) : number(at: narrow, size: 4)
    }
}
