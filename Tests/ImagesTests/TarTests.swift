import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct TarTests {
    private func entries(_ bytes: [UInt8]) throws -> [(entry: TarEntry, content: [UInt8])] {
        let reader = TarReader(MemorySource(bytes))
        var all: [(TarEntry, [UInt8])] = []
        while let entry = try reader.next() { all.append((entry, try reader.readAll(limit: 1 << 24, "content"))) }
        return all
    }

    private static let longFolder = String(repeating: "folder/", count: 30)
    private static let samples: [LayerFixture.Member] = [
        .folder("d"), .file("d/a b", "blanks stay"), .file("d/ümläut", "bytes"), .link("d/l", to: "a b"),
        .hardLink("d/h", to: "d/a b"), .make("d/p", .fifo), .file("d/s", "s", mode: 0o4755),
        .file(longFolder + "x", "long"), .file(String(repeating: "n", count: 150), "long name"),
        .file("prefix/" + String(repeating: "m", count: 99), "prefix"),
        .link("far", to: String(repeating: "t", count: 180)), .file("u", "owner", uid: 3_000_000),
        .folder(String(repeating: "f/", count: 80)),
    ]

    @Test func readsWhatItWrote() throws {
        let fixture = LayerFixture(members: Self.samples.map { ($0.entry, $0.content) })
        let read = try entries(fixture.tar())
        #expect(read.count == Self.samples.count)
        for (got, expected) in zip(read, Self.samples) {
            var entry = got.entry
            if entry.kind == .directory, entry.path.last == UInt8(ascii: "/") { entry.path.removeLast() }
            var wanted = expected.entry
            if wanted.path.last == UInt8(ascii: "/") { wanted.path.removeLast() }
            #expect(entry == wanted)
            #expect(got.content == expected.content)
        }
    }

    @Test func keepsExtendedAttributesAndNegativeTimes() throws {
        var entry = TarEntry(path: Array("f".utf8), kind: .regular, mode: 0o644, modified: -5)
        entry.extendedAttributes = [Array("user.note".utf8): [1, 0, 10, 61]]
        let fixture = LayerFixture(members: [(entry, [])])
        #expect(try entries(fixture.tar()).first?.entry == entry)
    }

    @Test(.enabled(if: Tool.has("tar"), "tar is not installed"))
    func gnuTarReadsIt() async throws {
        let folder = try TemporaryFolder()
        let fixture = LayerFixture(members: Self.samples.map { ($0.entry, $0.content) })
        try Data(fixture.tar()).write(to: folder.path("x.tar"))
        let listed = try await Tool.run("tar", ["-tf", "x.tar", "--quoting-style=literal"], in: folder.url)
        #expect(listed.succeeded && listed.error.isEmpty, "\(listed.error)")
        let names = listed.output.split(separator: "\n").map { $0.hasSuffix("/") ? String($0.dropLast()) : String($0) }
        let expected = Self.samples.map { member in
            let path = String(decoding: member.entry.path, as: UTF8.self)
            return path.hasSuffix("/") ? String(path.dropLast()) : path
        }
        #expect(names == expected)
    }

    @Test(.enabled(if: Tool.has("tar"), "tar is not installed"), arguments: ["gnu", "pax", "ustar", "oldgnu", "v7"])
    func readsWhatGNUTarWrites(format: String) async throws {
        let folder = try TemporaryFolder()
        let deep = format == "v7" ? "d" : String(repeating: "component/", count: 12) + "d"
        try folder.write("hello", to: "in/\(deep)/file", mode: 0o755)
        try folder.write("", to: "in/empty")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("in/link").path,
            withDestinationPath: format == "gnu" || format == "pax" ? String(repeating: "x", count: 150) : "file"
        )
        let made = try await Tool.run("tar", ["--format=\(format)", "-C", "in", "-cf", "x.tar", "."], in: folder.url)
        #expect(made.succeeded, "\(made.error)")
        let read = try entries(Array(Data(contentsOf: folder.path("x.tar"))))
        let file = try #require(read.first { String(decoding: $0.entry.path, as: UTF8.self).hasSuffix("/d/file") })
        #expect(file.content == Array("hello".utf8))
        #expect(file.entry.mode == 0o755)
        #expect(String(decoding: file.entry.path, as: UTF8.self) == "./\(deep)/file")
        let link = try #require(read.first { $0.entry.kind == .symbolicLink })
        #expect(link.entry.linkTarget.count == (format == "gnu" || format == "pax" ? 150 : 4))
    }

    @Test(.enabled(if: Tool.has("tar"), "tar is not installed"), arguments: ["gnu", "pax"])
    func refusesSparseFiles(format: String) async throws {
        let folder = try TemporaryFolder()
        #expect(truncate(try folder.write("x", to: "hole").path, 1 << 20) == 0)
        let made = try await Tool.run("tar", ["--format=\(format)", "-Scf", "x.tar", "hole"], in: folder.url)
        #expect(made.succeeded)
        let bytes = Array(try Data(contentsOf: folder.path("x.tar")))
        #expect(throws: SlipwayError.self) { try entries(bytes) }
    }

    @Test(arguments: [5 << 30, (8 << 30) + 1] as [Int64])
    func handlesFilesAboveFourGigabytes(size: Int64) throws {
        let head = HeadSink(limit: 4096)
        let entry = TarEntry(path: Array("big".utf8), kind: .regular, mode: 0o644, size: size)
        try TarWriter(head).append(entry, content: ZeroSource(size))
        #expect(head.count % 512 == 0 && head.count > size)
        #expect(try TarReader(MemorySource(head.bytes)).next()?.size == size)
    }

    @Test func readsBase256Sizes() throws {
        var block = try Array(LayerFixture.layer(.file("big", "")).tar().prefix(512))
        block.replaceSubrange(124..<136, with: [0x80, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1])
        let sum = TarBlock.checksum(block).unsigned
        block.replaceSubrange(148..<156, with: try #require(TarNumber.octal(sum, width: 7)) + [0x20])
        #expect(try TarReader(MemorySource(block)).next()?.size == 3 << 32 + 1)
    }

    @Test func noticesAFileThatChangesWhileItIsRead() throws {
        let entry = TarEntry(path: Array("f".utf8), kind: .regular, mode: 0o644, size: 4)
        for content in ["abc", "abcde"] {
            #expect(throws: SlipwayError.self) {
                try TarWriter(MemorySink()).append(entry, content: MemorySource(Array(content.utf8)))
            }
        }
    }

    @Test func refusesWhatIsNoArchive() throws {
        let good = try LayerFixture.layer(.file("a", String(repeating: "x", count: 2000))).tar()
        #expect(throws: SlipwayError.self, "cut in the content") { try entries(Array(good.prefix(1000))) }
        #expect(throws: SlipwayError.self, "cut in a header") { try entries(Array(good.prefix(100))) }
        #expect(throws: SlipwayError.self, "no archive") { try entries(Array(repeating: 0x41, count: 1024)) }
        var damaged = good
        damaged[0] ^= 1
        #expect(throws: SlipwayError.self, "wrong checksum") { try entries(damaged) }
        #expect(try entries(Array(good.prefix(512 + 2048))).count == 1, "some writers leave the end out")
    }

    @Test(arguments: ["5 a=", "999 path=x\n", "8 path=x\n", "x", "-3 a=b\n"])
    func refusesDamagedPAXRecords(text: String) {
        #expect(throws: SlipwayError.self) { try PAXRecords.parse(Array(text.utf8)) }
    }

    @Test func countsTheDigitsOfARecordsOwnLength() throws {
        for length in [1, 5, 85, 86, 87, 88, 89, 90, 980, 990, 995, 1000] {
            let records = [PAXRecords.Key.path: [UInt8](repeating: 0x78, count: length)]
            #expect(try PAXRecords.parse(PAXRecords.encode(records)) == records)
        }
    }
}

/// Zeros, as many as wanted.
private final class ZeroSource: ByteSource {
    private var left: Int64
    init(_ count: Int64) { left = count }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = Int(min(Int64(buffer.count), left))
        left -= Int64(count)
        return count
    }
}

/// Keeps the first bytes and counts the rest.
private final class HeadSink: ByteSink {
    private let limit: Int
    var bytes: [UInt8] = []
    var count: Int64 = 0
    init(limit: Int) { self.limit = limit }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        count += Int64(bytes.count)
        if self.bytes.count < limit { self.bytes.append(contentsOf: bytes.prefix(limit - self.bytes.count)) }
    }

    func finish() throws {}
}
