import CZlib
import Foundation

/// Makes ZIP files with stored members.
enum ZipFixture {
    static func make(_ members: [(name: String, content: [UInt8])]) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in members {
            let offset = UInt32(file.count)
            let sum = UInt32(content.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) })
            let common =
                number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0)) + number(sum) + number(UInt32(content.count))
                + number(UInt32(content.count)) + number(UInt16(name.utf8.count)) + number(UInt16(0))
            file += [0x50, 0x4B, 3, 4] + number(UInt16(20)) + common + Array(name.utf8) + content
            directory += [0x50, 0x4B, 1, 2] + number(UInt16(20)) + number(UInt16(20)) + common
            directory += number(UInt16(0)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0)) + number(offset)
            directory += Array(name.utf8)
        }
        let start = UInt32(file.count)
        let count = UInt16(members.count)
        file += directory + [0x50, 0x4B, 5, 6] + number(UInt16(0)) + number(UInt16(0)) + number(count) + number(count)
        return file + number(UInt32(directory.count)) + number(start) + number(UInt16(0))
    }

    static func make(texts: [(String, String)]) -> [UInt8] { make(texts.map { ($0.0, Array($0.1.utf8)) }) }

    static func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

/// Makes ELF files with named sections and nothing to run.
enum ELFFixture {
    static func make(_ sections: [(name: String, content: [UInt8])]) -> [UInt8] {
        let all = [("", [UInt8]())] + sections.map { ($0.name, $0.content) }
        var names: [UInt8] = []
        var offsets: [Int] = []
        for (name, _) in all + [(".shstrtab", [])] {
            offsets.append(names.count)
            names += Array(name.utf8) + [0]
        }
        var body: [UInt8] = []
        var table: [UInt8] = []
        for (index, content) in (all.map(\.1) + [names]).enumerated() {
            table += number(UInt32(offsets[index])) + number(UInt32(1)) + number(UInt64(0)) + number(UInt64(0))
            table += number(UInt64(64 + body.count)) + number(UInt64(content.count)) + number(UInt32(0))
            table += number(UInt32(0)) + number(UInt64(1)) + number(UInt64(0))
            body += content
        }
        var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9)
        header += number(UInt16(2)) + number(UInt16(62)) + number(UInt32(1)) + number(UInt64(0)) + number(UInt64(0))
        header += number(UInt64(64 + body.count)) + number(UInt32(0)) + number(UInt16(64)) + number(UInt16(0))
        header += number(UInt16(0)) + number(UInt16(64)) + number(UInt16(all.count + 1)) + number(UInt16(all.count))
        return header + body + table
    }

    private static func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] { ZipFixture.number(value) }
}

/// Packs bytes by zlib (RFC 1950).
enum ZlibFixture {
    static func pack(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(UInt(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(size))
        _ = compress2(&packed, &size, bytes, UInt(bytes.count), 9)
        return Array(packed.prefix(Int(size)))
    }
}
