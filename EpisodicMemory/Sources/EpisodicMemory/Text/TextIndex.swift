import Foundation

/// The words of one tenant's episodes, for BM25 as FTS5 computes it (k1 = 1.2, b = 0.75, every column weighs the same).
///
/// FTS5 keeps the words; here are those that were asked for, read from there once (`PostingsReader`) and kept in step
/// from then on. A query then costs memory reads instead of one look-up in the database for each episode it scores.
struct TextIndex {
    private static let k1 = 1.2
    private static let b = 0.75
    /// How much may be held for all terms together; those that were read the longest ago go first.
    private static let capacity = 256 << 20

    /// Tokens of each slot.
    private var lengths: [UInt32] = []
    /// Of all episodes in the full-text table, archived ones too.
    private var documents = 0
    private var tokens = 0
    private var terms: [UInt64: Postings] = [:]
    private var bytes = 0
    private var listsRead = 0
    private var averageLength = 1.0

    /// A word of a query, ready to score episodes.
    struct Word {
        let postings: Postings
        fileprivate let weight: Double
        fileprivate let base: Double
        fileprivate let perToken: Double
        fileprivate let lengths: [UInt32]

        /// What it says about an episode that has it `count` times.
        func score(count: UInt8, in slot: UInt32) -> Double {
            let frequency = Double(count)
            return weight * frequency / (frequency + base + perToken * Double(lengths[Int(slot)]))
        }
    }

    // MARK: Changes

    /// Counts an episode; `slot` is nil for one that is archived.
    mutating func add(length: Int, slot: UInt32?) {
        documents += 1
        tokens += length
        updateAverage()
        if let slot {
            if lengths.count <= Int(slot) {
                lengths.append(contentsOf: repeatElement(0, count: Int(slot) + 1 - lengths.count))
            }
            lengths[Int(slot)] = UInt32(clamping: length)
        }
    }

    /// Adds the terms of an episode that was just counted to the lists that are held.
    mutating func add(_ document: DocumentTerms, slot: UInt32) {
        for (term, count) in document.counts where terms[term]?.append(slot, count: count) != nil { bytes += 5 }
    }

    /// What a removed episode leaves in the lists is skipped, for it has no slot that is alive.
    mutating func remove(slot: UInt32) {
        documents -= 1
        tokens -= Int(lengths[Int(slot)])
        updateAverage()
    }

    private mutating func updateAverage() {
        averageLength = max(1, Double(tokens) / Double(max(1, documents)))
    }

    func holds(_ term: UInt64) -> Bool { terms[term] != nil }

    mutating func insert(_ postings: Postings, for term: UInt64) {
        var postings = postings
        postings.number = listsRead
        listsRead += 1
        bytes += postings.bytes - (terms.updateValue(postings, forKey: term)?.bytes ?? 0)
        if bytes > Self.capacity { evict() }
    }

    private mutating func evict() {
        for (term, postings) in terms.sorted(by: { $0.value.number < $1.value.number }) {
            guard bytes > Self.capacity / 4 * 3 else { return }
            terms[term] = nil
            bytes -= postings.bytes
        }
    }

    // MARK: Queries

    /// The words that occur at all, rarest first.
    func words(_ terms: [UInt64]) -> [Word] {
        terms.compactMap { self.terms[$0] }.filter { $0.documents > 0 }
            .sorted { $0.documents < $1.documents }
            .map { postings in
                Word(
                    postings: postings,
                    weight: weight(of: postings) * (Self.k1 + 1),
                    base: Self.k1 * (1 - Self.b),
                    perToken: Self.k1 * Self.b / averageLength,
                    lengths: lengths
                )
            }
    }

    /// FTS5's inverse document frequency; a word in more than half of all episodes still counts a little.
    private func weight(of postings: Postings) -> Double {
        let share = (Double(documents - postings.documents) + 0.5) / (Double(postings.documents) + 0.5)
        let weight = log(share)
        return weight > 0 ? weight : 1e-6
    }

    /// BM25 of an episode for all words.
    static func score(_ words: [Word], in slot: UInt32) -> Double {
        words.reduce(0) { sum, word in
            let count = word.postings.count(in: slot)
            return count == 0 ? sum : sum + word.score(count: count, in: slot)
        }
    }
}
