import Core

/// The file header and the program headers.
struct ELFHeader {
    let architecture: ELFObject.Architecture
    private let segmentOffset: UInt64
    private let segmentSize: Int
    private let segmentCount: Int

    /// Reads the header; nil where the file does not begin with ELF's magic number.
    init?(_ reader: ELFReader) throws {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = try bytes.withUnsafeMutableBytes { try reader.file.read(into: $0, at: 0) }
        guard count >= 20, bytes[..<4].elementsEqual([0x7F, 0x45, 0x4C, 0x46]) else { return nil }
        guard (1...2).contains(bytes[4]), (1...2).contains(bytes[5]) else { throw reader.damage() }
        let is64Bit = bytes[4] == 2
        guard count >= (is64Bit ? 64 : 52) else { throw reader.damage() }
        let littleEndian = bytes[5] == 1
        let unknownMachine = ELFObject.Architecture(is64Bit: is64Bit, littleEndian: littleEndian, machine: 0)
        let fields = ELFFields(bytes: bytes, architecture: unknownMachine)
        architecture = ELFObject.Architecture(
            is64Bit: is64Bit,
            littleEndian: littleEndian,
            machine: UInt16(fields.number(at: 18, size: 2))
        )
        segmentOffset = fields.word(28, 32)
        segmentSize = Int(fields.number(at: is64Bit ? 54 : 42, size: 2))
        segmentCount = Int(fields.number(at: is64Bit ? 56 : 44, size: 2))
    }

    func segments(_ reader: ELFReader) throws -> [ELFSegment] {
        guard segmentCount > 0 else { return [] }
        guard segmentSize >= (architecture.is64Bit ? 56 : 32), segmentCount < 0xFFFF else { throw reader.damage() }
        let table = try reader.bytes(at: segmentOffset, count: segmentSize * segmentCount)
        return (0..<segmentCount).map { index in
            let bytes = Array(table[(index * segmentSize)..<((index + 1) * segmentSize)])
            let fields = ELFFields(bytes: bytes, architecture: architecture)
            return ELFSegment(
                type: UInt32(fields.number(at: 0, size: 4)),
                offset: fields.word(4, 8),
                address: fields.word(8, 16),
                fileSize: fields.word(16, 32)
            )
        }
    }
}

/// A part of the file that is loaded or that the loader reads.
struct ELFSegment {
    static let load: UInt32 = 1
    static let dynamic: UInt32 = 2
    static let interpreter: UInt32 = 3

    let type: UInt32
    let offset: UInt64
    let address: UInt64
    let fileSize: UInt64
}

/// The table of tags that tells the loader what the object needs.
struct ELFDynamicSection {
    enum Tag: UInt64 {
        case needed = 1
        case soname = 14
        case rpath = 15
        case runpath = 29
    }

    private static let stringTable: UInt64 = 5
    private static let stringTableSize: UInt64 = 10
    private static let flags1Tag: UInt64 = 0x6FFF_FFFB

    private var entries: [(tag: UInt64, value: UInt64)] = []
    private var strings: [UInt8] = []
    private let reader: ELFReader

    init(_ reader: ELFReader, header: ELFHeader, segments: [ELFSegment]) throws {
        self.reader = reader
        guard let segment = segments.first(where: { $0.type == ELFSegment.dynamic }) else { return }
        guard segment.fileSize <= 1 << 20 else { throw reader.damage() }
        let bytes = try reader.bytes(at: segment.offset, count: Int(segment.fileSize))
        let fields = ELFFields(bytes: bytes, architecture: header.architecture)
        let width = header.architecture.is64Bit ? 8 : 4
        for start in stride(from: 0, through: bytes.count - 2 * width, by: 2 * width) {
            let tag = fields.number(at: start, size: width)
            if tag == 0 { break }
            entries.append((tag, fields.number(at: start + width, size: width)))
        }
        guard let address = value(Self.stringTable), let size = value(Self.stringTableSize) else { return }
        // The table's place is given as an address; a loaded segment says where in the file that is.
        let home = segments.first {
            $0.type == ELFSegment.load && address >= $0.address && address - $0.address < $0.fileSize
        }
        guard let home, size <= 1 << 24 else { throw reader.damage() }
        let (offset, overflow) = home.offset.addingReportingOverflow(address - home.address)
        guard !overflow else { throw reader.damage() }
        strings = try reader.bytes(at: offset, count: Int(size))
    }

    private func value(_ tag: UInt64) -> UInt64? { entries.first { $0.tag == tag }?.value }

    var flags1: UInt64 { value(Self.flags1Tag) ?? 0 }

    func strings(_ tag: Tag) throws -> [String] {
        try entries.filter { $0.tag == tag.rawValue }.map { entry in
            guard let start = Int(exactly: entry.value), start < strings.count,
                let end = strings[start...].firstIndex(of: 0)
            else { throw reader.damage() }
            return String(decoding: strings[start..<end], as: UTF8.self)
        }
    }

    func searchPath(_ tag: Tag) throws -> [String] {
        try strings(tag).flatMap { $0.split(separator: ":").map(String.init) }
    }
}
