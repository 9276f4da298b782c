import EpisodicMemory
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400_123, "2000-02-29T00:00:00.123Z"),
        (1_795_456_799_999, "2026-11-23T17:59:59.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ])
    func areWrittenInUTC(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test func offsetsAreUnderstood() {
        #expect(Timestamp("2026-11-23T18:00:00+02:00") == Timestamp("2026-11-23T16:00:00Z"))
    }

    @Test(arguments: ["", "yesterday", "2026-11-23", "2026-13-01T00:00:00Z", "2026-11-23T18:00:00"])
    func otherTextIsRefused(text: String) {
        #expect(Timestamp(text) == nil)
    }
}

@Suite struct EpisodeIDTests {
    @Test func isAVersion7UUID() throws {
        let id = EpisodeID.make(at: Timestamp(milliseconds: 0x0123_4567_89AB)).description
        #expect(id.hasPrefix("01234567-89ab-7"))
        #expect(id.count == 36)
        #expect("89ab".contains(id[id.index(id.startIndex, offsetBy: 19)]))
        #expect(EpisodeID(id)?.description == id)
        #expect(EpisodeID(id.uppercased()) == EpisodeID(id))
    }

    @Test func laterOnesSortLater() {
        let first = EpisodeID.make(at: Timestamp(milliseconds: 1000))
        let second = EpisodeID.make(at: Timestamp(milliseconds: 1001))
        #expect(first.description < second.description)
    }

    @Test(arguments: [
        "", "01234567-89ab-7000-8000-00000000000", "0123456789ab70008000000000000000",
        "01234567-89ab-7000-8000-00000000000g",
    ])
    func otherTextIsRefused(text: String) {
        #expect(EpisodeID(text) == nil)
    }
}
