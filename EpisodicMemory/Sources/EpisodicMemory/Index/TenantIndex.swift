/// An episode in the index: what is asked before the episode itself is read.
struct IndexedDocument {
    let episode: Int64
    let createdAt: Timestamp
    let labels: LabelMask
    let errorClass: UInt32
    let type: EpisodeType
    var isAlive = true
    var standing: Standing
    /// Where its facts are among all facts.
    let facts: Range<Int>
    let vector: (space: EmbeddingSpace, position: UInt32)?
}

/// All of one tenant's episodes that can be found. Nothing of one tenant is ever looked at for another.
///
/// A class, so that a change is never a copy; whoever holds the index' lock may use it.
final class TenantIndex {
    private(set) var documents: [IndexedDocument] = []
    private(set) var text = TextIndex()
    /// The newest episode that was added, by row.
    private(set) var newest: Int64 = 0
    private var slots: [Int64: UInt32] = [:]
    private var facts: [UInt32] = []
    private var vectors: [EmbeddingSpace: VectorColumn] = [:]

    /// How many can be found.
    var count: Int { slots.count }

    func contains(_ episode: Int64) -> Bool { slots[episode] != nil }

    /// Whether nothing of the episode is missing here; a vector may be made later than the rest.
    func isComplete(_ episode: Int64, hasVector: Bool) -> Bool {
        guard let slot = slots[episode] else { return false }
        return !hasVector || documents[Int(slot)].vector != nil
    }

    // MARK: Changes

    func add(_ episode: Int64, _ entry: IndexEntry) {
        remove(episode)
        let slot = UInt32(documents.count)
        let start = facts.count
        facts.append(contentsOf: entry.facts)
        let place = entry.vector.map { vector in
            let position = vectors[vector.space, default: VectorColumn()]
                .append(vector, slot: slot)
            return (space: vector.space, position: position)
        }
        documents.append(
            IndexedDocument(
                episode: episode,
                createdAt: entry.createdAt,
                labels: entry.labels,
                errorClass: entry.errorClass,
                type: entry.type,
                standing: entry.standing,
                facts: start..<facts.count,
                vector: place
            )
        )
        slots[episode] = slot
        newest = max(newest, episode)
        text.add(length: entry.length, slot: slot)
        if let terms = entry.terms { text.add(terms, slot: slot) }
    }

    /// Counts an episode that is archived already: its words are among those of the full-text table.
    func addArchived(_ episode: Int64, length: Int) {
        newest = max(newest, episode)
        text.add(length: length, slot: nil)
    }

    /// What the index holds of it stays, marked, until the process starts again.
    func remove(_ episode: Int64) {
        guard let slot = archive(episode) else { return }
        text.remove(slot: slot)
    }

    /// - Returns: where it was; nil when it was not to be found anyway.
    @discardableResult
    func archive(_ episode: Int64) -> UInt32? {
        guard let slot = slots.removeValue(forKey: episode) else { return nil }
        documents[Int(slot)].isAlive = false
        if let place = documents[Int(slot)].vector { vectors[place.space]?.remove(at: place.position) }
        return slot
    }

    func update(_ episode: Int64, _ standing: Standing) {
        if let slot = slots[episode] { documents[Int(slot)].standing = standing }
    }

    /// Takes in the episodes that a term is in, as the full-text table has them.
    func insert(_ occurrences: [TermOccurrence], for term: UInt64) {
        var postings = Postings()
        for occurrence in occurrences {
            if let slot = slots[occurrence.episode] {
                postings.append(slot, count: occurrence.count)
            } else if occurrence.episode <= newest {
                postings.appendArchived()
            }
        }
        text.insert(postings, for: term)
    }

    // MARK: Queries

    /// A question for the nearest episodes.
    struct Neighbours {
        let vector: IndexedVector
        let limit: Int
        let filter: IndexFilter
    }

    /// For each question the nearest episodes, in no order; all questions are answered in one pass over the vectors.
    func nearest(_ questions: [Neighbours]) -> [[VectorColumn.Match]] {
        var answers = [[VectorColumn.Match]](repeating: [], count: questions.count)
        for space in Set(questions.map(\.vector.space)) {
            let chosen = questions.indices.filter { questions[$0].vector.space == space }
            let found = vectors[space]?.nearest(
                chosen.map { number in
                    let filter = questions[number].filter
                    return VectorColumn.Query(
                        vector: questions[number].vector,
                        limit: questions[number].limit,
                        // Vectors of episodes that are gone are not there any more.
                        isWanted: filter.isSelective ? { filter.matches(self.documents[Int($0)]) } : nil
                    )
                }
            )
            for (number, matches) in zip(chosen, found ?? []) { answers[number] = matches }
        }
        return answers
    }

    /// Nearly the cosine of each; 0 for vectors that cannot be compared.
    func cosines(_ vector: IndexedVector, _ slots: [UInt32]) -> [Double] {
        let places = slots.map { slot in documents[Int(slot)].vector.flatMap { $0.space == vector.space ? $0 : nil } }
        let known = vectors[vector.space]?.cosines(at: places.compactMap { $0?.position }, vector.quantized) ?? []
        var next = 0
        return places.map { place in
            guard place != nil else { return 0 }
            defer { next += 1 }
            return known[next]
        }
    }

    /// The share of the state that the episode's environment agrees with.
    func precondition(_ state: [UInt32], _ slot: UInt32) -> Double {
        let known = facts[documents[Int(slot)].facts]
        guard !state.isEmpty, !known.isEmpty else { return 0 }
        return Double(state.count { known.contains($0) }) / Double(state.count)
    }
}
