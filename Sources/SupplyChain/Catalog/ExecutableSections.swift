import Foundation

/// Where the named sections of an ELF file lie (System V ABI, chapter 4). Of a whole program only these few bytes are read.
struct ExecutableSections {
    private let ranges: [String: Range<Int>]

    /// nil for what is no little-endian ELF file with a table of sections.
    init?(_ program: PositionedBytes) throws {
        guard let header = try program.bytes(at: 0, 64), header.starts(with: [0x7F, 0x45, 0x4C, 0x46]), header[5] == 1
        else {
            return nil
        }
        let isWide = header[4] == 2
        func field(_ bytes: [UInt8], _ wide: Int, _ narrow: Int, _ size: (Int, Int)) -> Int? {
            Int(exactly: LittleEndian.number(bytes, isWide ? wide : narrow, isWide ? size.0 : size.1))
        }
        let entry = Int(LittleEndian.number(header, isWide ? 58 : 46, 2))
        let count = Int(LittleEndian.number(header, isWide ? 60 : 48, 2))
        let names = Int(LittleEndian.number(header, isWide ? 62 : 50, 2))
        guard let start = field(header, 40, 32, (8, 4)), start > 0, entry >= (isWide ? 64 : 40),
            (1...4096).contains(count),
            names < count, let table = try program.bytes(at: start, entry * count)
        else { return nil }
        func section(_ index: Int) -> (name: Int, range: Range<Int>)? {
            let record = Array(table[index * entry..<(index + 1) * entry])
            guard let offset = field(record, 24, 16, (8, 4)), let size = field(record, 32, 20, (8, 4)),
                offset <= program.count, size <= program.count - offset
            else { return nil }
            return (Int(LittleEndian.number(record, 0, 4)), offset..<offset + size)
        }
        guard let strings = section(names), strings.range.count <= 1 << 20,
            let text = try program.bytes(at: strings.range.lowerBound, strings.range.count)
        else { return nil }
        var ranges: [String: Range<Int>] = [:]
        for index in 0..<count {
            guard let section = section(index), section.name < text.count else { continue }
            ranges[String(decoding: text[section.name...].prefix { $0 != 0 }, as: UTF8.self)] = section.range
        }
        self.ranges = ranges
    }

    /// A section's content; nil where there is none, or an unreasonably large one.
    func content(_ name: String, of program: PositionedBytes, limit: Int) throws -> [UInt8]? {
        guard let range = ranges[name], !range.isEmpty, range.count <= limit else { return nil }
        return try program.bytes(at: range.lowerBound, range.count)
    }
}
