/// Makes an embedding from text alone, offline: the hashing trick (Weinberger et al., 2009).
///
/// Each feature is hashed to one of 384 dimensions and to a sign; the values of all features are added up. The
/// features are word stems (weight 1), pairs of neighbouring words (0.6) and the three-letter pieces of each word (0.25),
/// which make `deployment` and `deploy` neighbours. A word that is repeated counts less each time, and words that
/// carry no meaning count a fifth. It knows no synonyms: configure an endpoint where those matter.
///
/// Stored vectors depend on every figure here; a change needs a new `EmbeddingSpace`.
struct FeatureHasher {
    private static let pairWeight: Float = 0.6
    private static let pieceWeight: Float = 0.25
    private static let fillerWeight: Float = 0.2
    /// Text beyond this says little that is new.
    private static let maximumWords = 512

    private var values = [Float](repeating: 0, count: Embedding.dimensions)
    private var occurrences: [UInt64: Float] = [:]

    /// nil for text without a word.
    var embedding: Embedding? { Embedding(values) }

    /// Adds a text; `weight` says how much it matters beside the others.
    mutating func add(_ text: String, weight: Float = 1) {
        var previous: UInt64?
        var words = 0
        Words.forEach(in: text) { word in
            words += 1
            guard words <= Self.maximumWords else { return }
            let hash = Self.hash(Words.stem(word), seed: 0)
            let seen = occurrences[hash, default: 0]
            occurrences[hash] = seen + 1
            let base = weight / (1 + seen) * (Words.isFiller(word) ? Self.fillerWeight : 1)
            addFeature(hash, base)
            addPieces(of: word, weight: base * Self.pieceWeight)
            if let previous { addFeature(previous &* 31 ^ hash, base * Self.pairWeight) }
            previous = hash
        }
    }

    private mutating func addPieces(of word: [UInt8], weight: Float) {
        guard word.count > 3 else { return }
        for start in 0...(word.count - 3) {
            addFeature(Self.hash(word[start..<start + 3], seed: 1), weight)
        }
    }

    private mutating func addFeature(_ hash: UInt64, _ weight: Float) {
        let dimension = Int((hash >> 1) % UInt64(Embedding.dimensions))
        values[dimension] += hash & 1 == 0 ? weight : -weight
    }

    private static func hash(_ bytes: some Sequence<UInt8>, seed: UInt8) -> UInt64 {
        var hash = StableHash()
        hash.combine(seed)
        hash.combine(bytes)
        return hash.value
    }
}

extension Episode {
    /// What it was about first, then how it went.
    var hashedEmbedding: Embedding? {
        var hasher = FeatureHasher()
        hasher.add(goal)
        hasher.add(errorClass, weight: 0.4)
        for tool in toolChain { hasher.add(tool, weight: 0.2) }
        for tag in tags { hasher.add(tag, weight: 0.2) }
        for action in actionsTaken.prefix(16) { hasher.add(action, weight: 0.15) }
        return hasher.embedding
    }
}
