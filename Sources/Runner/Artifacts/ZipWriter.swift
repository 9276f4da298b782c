import CZlib
import Core
import Foundation

/// Writes ZIP archives of folders, not compressed: they go from this machine to this machine.
struct ZipWriter {
    /// Archives with larger files or offsets need a form that is not written here.
    private static let limit = Int(UInt32.max)

    private let output: FileHandle
    private var directory: [UInt8] = []
    private var count = 0

    /// Writes all files of a folder in the order of their names: the same folder gives the same bytes.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it is larger than 4 GiB or a file cannot be read.
    static func write(folder: URL, to archive: URL) throws {
        try Data().write(to: archive)
        let output = try FileHandle(forWritingTo: archive)
        defer { try? output.close() }
        var writer = ZipWriter(output: output)
        let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for name in found.sorted() {
            var information = stat()
            let path = folder.appending(path: name).path
            guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { continue }
            try writer.add(path, as: name)
        }
        try writer.finish()
    }

    private init(output: FileHandle) { self.output = output }

    private mutating func add(_ path: String, as name: String) throws {
        let (crc, size) = try Self.measure(path)
        let start = Int(try output.offset())
        guard start + size < Self.limit, count < 0xFFFF else {
            throw SlipwayError(.external, "The artifact is too large for an archive (4 GiB, 65535 files)", why: name)
        }
        let nameBytes = Array(name.utf8)
        // Version 2.0, names in UTF-8, stored, 1980-01-01.
        var common: [UInt8] = [20, 0, 0x00, 0x08, 0, 0, 0, 0, 0x21, 0]
        common += bytes(crc, 4) + bytes(UInt64(size), 4) + bytes(UInt64(size), 4) + bytes(UInt64(nameBytes.count), 2)
        try output.write(contentsOf: Data([0x50, 0x4B, 3, 4] + common + [0, 0] + nameBytes))
        let input = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? input.close() }
        while let piece = try input.read(upToCount: 1 << 18), !piece.isEmpty { try output.write(contentsOf: piece) }
        directory += [0x50, 0x4B, 1, 2, 20, 3] + common + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xA4, 0x81]
        directory += bytes(UInt64(start), 4) + nameBytes
        count += 1
    }

    private static func measure(_ path: String) throws -> (crc: UInt64, size: Int) {
        let input = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? input.close() }
        var crc: UInt = 0
        var size = 0
        while let piece = try input.read(upToCount: 1 << 18), !piece.isEmpty {
            size += piece.count
            crc = piece.withUnsafeBytes { bytes in
                crc32(crc, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(bytes.count))
            }
        }
        return (UInt64(crc), size)
    }

    private func finish() throws {
        let start = try output.offset()
        var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        end += bytes(UInt64(count), 2) + bytes(UInt64(count), 2) + bytes(UInt64(directory.count), 4) + bytes(start, 4)
        try output.write(contentsOf: Data(directory + end + [0, 0]))
    }

    private func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
}
