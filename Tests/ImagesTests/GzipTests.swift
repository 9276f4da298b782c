import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct GzipTests {
    private func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        let sink = MemorySink()
        let encoder = try GzipEncoder(sink)
        try encoder.write(bytes)
        try encoder.finish()
        return sink.bytes
    }

    private func decompress(_ bytes: [UInt8]) throws -> [UInt8] {
        try GzipDecoder(MemorySource(bytes), name: "test").readAll(limit: 1 << 24, "test")
    }

    private static let sample = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

    @Test(arguments: [0, 1, 1000, 300_000])
    func readsWhatItWrote(count: Int) throws {
        let bytes = Array(Self.sample.prefix(count))
        #expect(try decompress(compress(bytes)) == bytes)
    }

    @Test func writesNoTimeNameOrSystem() throws {
        let header = try compress([1, 2, 3]).prefix(10)
        #expect(Array(header.prefix(4)) == [0x1F, 0x8B, 8, 0])
        #expect(Array(header[4..<8]) == [0, 0, 0, 0], "no time")
        #expect(header[9] == 255, "no system")
    }

    @Test(.enabled(if: Tool.has("gzip"), "gzip is not installed"))
    func agreesWithGzip() async throws {
        let folder = try TemporaryFolder()
        try Data(compress(Self.sample)).write(to: folder.path("ours.gz"))
        let check = try await Tool.run("gzip", ["-t", "ours.gz"], in: folder.url)
        #expect(check.succeeded, "\(check.error)")
        try Data(Self.sample).write(to: folder.path("theirs"))
        #expect(try await Tool.run("gzip", ["-9", "theirs"], in: folder.url).succeeded)
        #expect(try decompress(Array(Data(contentsOf: folder.path("theirs.gz")))) == Self.sample)
    }

    @Test func readsSeveralMembersAndPadding() throws {
        let two = try compress([1, 2]) + compress([3])
        #expect(try decompress(two) == [1, 2, 3])
        #expect(try decompress(two + [0, 0, 0]) == [1, 2, 3])
    }

    @Test func refusesWhatIsDamaged() throws {
        let good = try compress(Self.sample)
        #expect(throws: SlipwayError.self) { try decompress(Array(good.dropLast(5))) }
        #expect(throws: SlipwayError.self) { try decompress(good + [7]) }
        #expect(throws: SlipwayError.self) { try decompress([1, 2, 3]) }
        #expect(throws: SlipwayError.self) { try decompress([]) }
        var flipped = good
        flipped[good.count - 6] ^= 1
        #expect(throws: SlipwayError.self, "the checksum is wrong") { try decompress(flipped) }
    }

    @Test func stopsABomb() throws {
        let bomb = try compress([UInt8](repeating: 0, count: 1 << 20))
        #expect(bomb.count < 4096)
        let decoder = try GzipDecoder(MemorySource(bomb), name: "bomb")
        let limited = LimitedSource(decoder, limit: 100_000, name: "The layer")
        #expect(throws: SlipwayError.self) { try limited.drain() }
        #expect(limited.count < 400_000, "it stops soon")
    }
}
