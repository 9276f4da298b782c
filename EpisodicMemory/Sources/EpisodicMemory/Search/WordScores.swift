/// Scores episodes by words. One search after the other writes its figures here, so that none has to make room.
struct WordScores {
    /// Postings one search looks at; the rarest words come first. Words that are left over, since they are in more
    /// episodes, only add to the score of those that others named.
    private static let budget = 4096
    /// Where a filter leaves out most of what is named, more is looked at.
    private static let filteredBudget = 65_536

    private var scores: [Float] = []
    private var marks: [Bool] = []
    private var touched: [UInt32] = []
    private var marked: [UInt32] = []

    /// Makes room for so many episodes.
    mutating func prepare(count: Int) {
        guard scores.count < count else { return }
        let more = count + count / 4 - scores.count
        scores.append(contentsOf: repeatElement(0, count: more))
        marks.append(contentsOf: repeatElement(false, count: more))
    }

    /// What the words that were looked at say about an episode.
    func score(of slot: UInt32) -> Double { Double(scores[Int(slot)]) }

    func isMarked(_ slot: UInt32) -> Bool { marks[Int(slot)] }

    mutating func mark(_ slots: [UInt32]) {
        marked = slots
        for slot in slots { marks[Int(slot)] = true }
    }

    mutating func clear() {
        for slot in touched { scores[Int(slot)] = 0 }
        for slot in marked { marks[Int(slot)] = false }
        touched.removeAll(keepingCapacity: true)
        marked = []
    }

    /// The episodes with the highest BM25, as far as the budget goes, in no order. The words come rarest first.
    mutating func best(_ words: [TextIndex.Word], _ index: TenantIndex, _ filter: IndexFilter, limit: Int) -> [UInt32] {
        var budget = filter.isSelective ? Self.filteredBudget : Self.budget
        for word in words where budget > 0 {
            let count = word.postings.slots.count
            // When even the rarest is in more, the newest of its episodes stand for all.
            let first = touched.isEmpty ? max(0, count - budget) : 0
            guard count - first <= budget else { break }
            budget -= count - first
            add(word, from: first)
        }
        var best = Best(limit: limit)
        let documents = index.documents
        for slot in touched where scores[Int(slot)] > best.threshold {
            if filter.matches(documents[Int(slot)]) { best.insert(slot, scores[Int(slot)]) }
        }
        return best.slots
    }

    private mutating func add(_ word: TextIndex.Word, from first: Int) {
        let (slots, counts) = (word.postings.slots, word.postings.counts)
        scores.withUnsafeMutableBufferPointer { scores in
            for place in first..<slots.count {
                let slot = slots[place]
                if scores[Int(slot)] == 0 { touched.append(slot) }
                scores[Int(slot)] += Float(word.score(count: counts[place], in: slot))
            }
        }
    }

    /// Keeps the highest of many scores.
    private struct Best {
        private let limit: Int
        private(set) var threshold: Float = 0
        private var elements: [(slot: UInt32, score: Float)] = []

        init(limit: Int) {
            self.limit = limit
            elements.reserveCapacity(limit * 2)
        }

        mutating func insert(_ slot: UInt32, _ score: Float) {
            elements.append((slot, score))
            if elements.count == limit * 2 { cut() }
        }

        private mutating func cut() {
            elements.sort { $0.score > $1.score }
            elements.removeLast(elements.count - limit)
            threshold = elements[limit - 1].score
        }

        var slots: [UInt32] {
            var rest = self
            if rest.elements.count > limit { rest.cut() }
            return rest.elements.map(\.slot)
        }
    }
}
