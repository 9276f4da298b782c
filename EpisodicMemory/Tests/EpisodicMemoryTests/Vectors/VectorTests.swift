import Testing

@testable import EpisodicMemory

@Suite struct VectorTests {
    /// Directions in clusters, as real texts are: recall against unrelated noise would say nothing.
    private static func vectors(_ count: Int, seed: UInt64) -> [Embedding] {
        var random = SplitMix(state: seed)
        let centers = (0..<50).map { _ in (0..<384).map { _ in random.gaussian() } }
        return (0..<count).compactMap { index in
            let center = centers[index % centers.count]
            return Embedding(center.map { $0 + 0.8 * random.gaussian() })
        }
    }

    @Test func theFastPathFindsNearlyAllThatBruteForceFinds() throws {
        let vectors = Self.vectors(4000, seed: 1)
        var partition = VectorPartition()
        for (index, vector) in vectors.enumerated() {
            partition.add(entry(index), VectorCode(vector))
        }
        var found = 0
        let queries = Self.vectors(50, seed: 1).enumerated().filter { $0.offset % 2 == 0 }
        for (index, query) in queries {
            let exact = vectors.indices.sorted { vectors[$0].cosine(query) > vectors[$1].cosine(query) }.prefix(10)
            let candidates = partition.snapshot.nearest(to: VectorCode(query), limit: 64, filter: VectorFilter())
            #expect(candidates.count == 64)
            #expect(candidates.first == Int64(index))
            found += exact.count { candidates.contains(Int64($0)) }
        }
        #expect(Double(found) / Double(queries.count * 10) > 0.95)
    }

    @Test func whatIsRemovedOrFilteredIsNotFound() throws {
        let vectors = Self.vectors(20, seed: 3)
        var partition = VectorPartition()
        for (index, vector) in vectors.enumerated() { partition.add(entry(index), VectorCode(vector)) }
        let before = partition.snapshot
        partition.remove(4)
        partition.remove(4)
        #expect(partition.count == 19)
        var filter = VectorFilter()
        filter.createdAt = 0...9
        let found = partition.snapshot.nearest(to: VectorCode(vectors[4]), limit: 100, filter: filter)
        #expect(Set(found) == Set([0, 1, 2, 3, 5, 6, 7, 8, 9]))
        #expect(before.nearest(to: VectorCode(vectors[4]), limit: 1, filter: VectorFilter()) == [4])
    }

    @Test func codesSurviveStorage() throws {
        let code = VectorCode(try #require(Self.vectors(1, seed: 9).first))
        #expect(code.bytes.withUnsafeBytes { VectorCode(stored: $0) } == code)
    }

    @Test func hashedTextsOfOneSubjectAreNearerThanOthers() throws {
        func embed(_ text: String) throws -> Embedding {
            var hasher = FeatureHasher()
            hasher.add(text)
            return try #require(hasher.embedding)
        }
        let query = try embed("deploy the payment service")
        let near = try embed("deploying payments services")
        let far = try embed("water the plants in the garden")
        #expect(query.cosine(near) > 0.35)
        #expect(abs(query.cosine(far)) < 0.2)
        #expect(FeatureHasher().embedding == nil)
    }

    /// Stored vectors and codes depend on these; when this fails, stored data no longer fits.
    @Test func storedFormsStayAsTheyWere() throws {
        #expect(StableHash.of("episode") == 7_955_285_815_748_923_388)
        var hasher = FeatureHasher()
        hasher.add("keep me as I am")
        let code = VectorCode(try #require(hasher.embedding))
        #expect(code.value[0] == 6_884_371_886_129_808_203)
    }

    private func entry(_ index: Int) -> VectorEntry {
        VectorEntry(episode: Int64(index), createdAt: Int64(index), labels: LabelMask(), errorClass: 0, type: 0)
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// The sum of twelve uniform figures is nearly normal.
    mutating func gaussian() -> Float {
        (0..<12).reduce(into: Float(-6)) { sum, _ in sum += Float(next() >> 40) / Float(1 << 24) }
    }
}
