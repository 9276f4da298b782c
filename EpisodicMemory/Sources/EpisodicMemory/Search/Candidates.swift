/// An episode that may be among the best, by what the index knows.
struct Candidate: Sendable {
    let episode: Int64
    /// For all words of the goal.
    let bm25: Double
}

/// Names the episodes worth reading: nearest by words, nearest by vector, each scored by what the index knows.
struct CandidateFinder {
    let search: PreparedSearch
    let index: TenantIndex
    let now: Timestamp
    private let words: [TextIndex.Word]

    init(_ search: PreparedSearch, _ index: TenantIndex, now: Timestamp) {
        self.search = search
        self.index = index
        self.now = now
        words = index.text.words(search.words.map(\.term))
    }

    /// How many each side names.
    static func limit(of search: PreparedSearch) -> Int {
        max(64, search.request.count * 5)
    }

    /// For several searches of one tenant, which look at the vectors together.
    static func candidates(
        for searches: [PreparedSearch],
        _ index: TenantIndex,
        _ scratch: inout WordScores,
        now: Timestamp
    ) -> [[Candidate]] {
        let vectors = searches.indices.filter { searches[$0].vector != nil }
        let questions = searches.compactMap { search in
            search.vector.map {
                TenantIndex.Neighbours(vector: $0, limit: limit(of: search), filter: search.filter)
            }
        }
        var near = [[VectorColumn.Match]](repeating: [], count: searches.count)
        for (number, matches) in zip(vectors, index.nearest(questions)) { near[number] = matches }
        return zip(searches, near).map { search, near in
            CandidateFinder(search, index, now: now).candidates(near, &scratch)
        }
    }

    /// Best first. Of the first few the estimate is sharp; the others stand by, should some of those turn out to be
    /// gone or filtered out.
    private func candidates(_ near: [VectorColumn.Match], _ scratch: inout WordScores) -> [Candidate] {
        scratch.prepare(count: index.documents.count)
        defer { scratch.clear() }
        let byWords = scratch.best(words, index, search.filter, limit: Self.limit(of: search))
        let cosines = search.vector.map { index.cosines($0, byWords) }
        var found: [Found] = []
        found.reserveCapacity(byWords.count + near.count)
        for (number, slot) in byWords.enumerated() {
            found.append(Found(slot: slot, bm25: scratch.score(of: slot), cosine: cosines?[number] ?? 0))
        }
        scratch.mark(byWords)
        for match in near where !scratch.isMarked(match.slot) {
            found.append(Found(slot: match.slot, bm25: scratch.score(of: match.slot), cosine: match.cosine))
        }
        dropDissimilar(&found)
        for number in found.indices { estimate(&found[number]) }
        found.sort { $0.estimate > $1.estimate }
        for number in found.indices.prefix(search.request.count + 8) {
            found[number].bm25 = TextIndex.score(words, in: found[number].slot)
            estimate(&found[number])
        }
        found.sort { $0.estimate > $1.estimate }
        return found.map { Candidate(episode: index.documents[Int($0.slot)].episode, bm25: $0.bm25) }
    }

    private struct Found {
        let slot: UInt32
        var bm25: Double
        let cosine: Double
        /// Nearly the total score; what is wrong with it is in the third digit.
        var estimate = 0.0
    }

    /// Where much similarity is asked for, most need not be read at all.
    private func dropDissimilar(_ found: inout [Found]) {
        let minimum = search.request.minimumSimilarity
        // Whatever shares a word has more than this.
        guard minimum > Scores.text(bm25: .leastNonzeroMagnitude) else { return }
        for number in found.indices { found[number].bm25 = TextIndex.score(words, in: found[number].slot) }
        // The cosine is off in the third digit.
        found.removeAll { max(Scores.text(bm25: $0.bm25), $0.cosine + 0.01) < minimum }
    }

    private func estimate(_ found: inout Found) {
        let document = index.documents[Int(found.slot)]
        var scores = Scores()
        scores.text = Scores.text(bm25: found.bm25)
        scores.vector = max(0, found.cosine)
        scores.precondition = search.facts.isEmpty ? 0 : index.precondition(search.facts, found.slot)
        scores.recency = Scores.recency(of: max(document.createdAt, document.standing.touchedAt), now: now)
        scores.usage = Scores.usage(helped: document.standing.helped, notHelped: document.standing.notHelped)
        found.estimate = scores.total
    }
}
