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

    private func column(of vectors: [Embedding]) -> VectorColumn {
        var column = VectorColumn()
        for (slot, vector) in vectors.enumerated() {
            _ = column.append(indexed(vector), slot: UInt32(slot))
        }
        return column
    }

    private func indexed(_ vector: Embedding) -> IndexedVector {
        IndexedVector(PlacedEmbedding(embedding: vector, space: .client))
    }

    private func nearest(
        _ query: Embedding,
        in column: VectorColumn,
        limit: Int,
        where isWanted: ((UInt32) -> Bool)? = nil
    ) -> [VectorColumn.Match] {
        column.nearest([.init(vector: indexed(query), limit: limit, isWanted: isWanted)])[0]
    }

    @Test func theFastPathFindsNearlyAllThatBruteForceFinds() throws {
        let vectors = Self.vectors(4000, seed: 1)
        let column = column(of: vectors)
        var found = 0
        let queries = Self.vectors(50, seed: 1).enumerated().filter { $0.offset % 2 == 0 }
        for (index, query) in queries {
            let exact = vectors.indices.sorted { vectors[$0].cosine(query) > vectors[$1].cosine(query) }.prefix(10)
            let near = nearest(query, in: column, limit: 96)
                .sorted { $0.cosine > $1.cosine }
            #expect(near.count >= 96)
            #expect(near.first?.slot == UInt32(index))
            let best = Set(near.prefix(10).map(\.slot))
            found += exact.count { best.contains(UInt32($0)) }
        }
        #expect(Double(found) / Double(queries.count * 10) > 0.95)
    }

    @Test func whatIsNotWantedIsNotFoundAndDoesNotTakeAPlace() throws {
        let vectors = Self.vectors(20, seed: 3)
        let query = vectors[4]
        var column = column(of: vectors)
        column.remove(at: 4)
        let found = nearest(query, in: column, limit: 9) { $0 < 10 }
        #expect(Set(found.map(\.slot)) == Set([0, 1, 2, 3, 5, 6, 7, 8, 9]))
        #expect(nearest(query, in: column, limit: 20).count == 19)
    }

    @Test(arguments: [1, 7, 8, 9, 1023, 1024, 1025, 2049])
    func noVectorIsLostAtTheEdgesOfBlocks(count: Int) throws {
        let vectors = Self.vectors(count, seed: 5)
        let column = column(of: vectors)
        for slot in [0, count / 2, count - 1] {
            let near = nearest(vectors[slot], in: column, limit: 1)
            #expect(near.contains { $0.slot == UInt32(slot) && $0.cosine > 0.99 })
        }
        #expect(nearest(vectors[0], in: column, limit: count).count == count)
    }

    @Test func aByteADimensionTellsTheCosineToTheThirdDigit() throws {
        let vectors = Self.vectors(200, seed: 11)
        let column = column(of: vectors)
        let near = column.cosines(at: Array(0..<200), QuantizedVector(vectors[0]))
        for (near, vector) in zip(near, vectors) { #expect(abs(near - vector.cosine(vectors[0])) < 0.01) }
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
}

struct SplitMix {
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
