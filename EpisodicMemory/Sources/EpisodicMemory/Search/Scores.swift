import Foundation

/// What an episode's place in a search comes from; each part is from 0 to 1.
struct Scores: Sendable, Equatable {
    /// How well the words match: 0 when none does, else BM25 b as 0.15 + 0.85 · b / (b + 6), which needs no upper end
    /// to normalise by. The start is for small memories: a word that is in half of all episodes has a b near 0.
    var text = 0.0
    /// The cosine of the angle between the embeddings; what points away counts as 0.
    var vector = 0.0
    /// The share of the current state that the episode's environment agrees with.
    var precondition = 0.0
    /// Halves every 30 days since the episode last happened or was given to someone.
    var recency = 0.0
    /// How the episode did when it was used before: (helped + 1) / (helped + not helped + 2), so 0.5 unless told.
    var usage = 0.5

    /// What the parts weigh. Words and vector say whether it is about the same thing, and come first; the others
    /// order what is equally similar. They add up to 1.
    static let weights = Scores(text: 0.35, vector: 0.35, precondition: 0.12, recency: 0.08, usage: 0.1)

    var total: Double {
        let weights = Self.weights
        return text * weights.text + vector * weights.vector + precondition * weights.precondition
            + recency * weights.recency + usage * weights.usage
    }

    /// How similar it is by whichever of words and vector sees more; what `min_similarity` is compared with.
    var similarity: Double { max(text, vector) }

    static let recencyHalfLife = 30.0 * 86_400_000

    static func text(bm25: Double) -> Double {
        bm25 > 0 ? 0.15 + 0.85 * bm25 / (bm25 + 6) : 0
    }

    static func recency(of moment: Timestamp, now: Timestamp) -> Double {
        exp2(-Double(max(0, now.milliseconds - moment.milliseconds)) / recencyHalfLife)
    }

    static func usage(helped: Int, notHelped: Int) -> Double {
        Double(helped + 1) / Double(helped + notHelped + 2)
    }

    /// 0 when nothing is known about either side.
    static func precondition(state: [JSONValue.Member], environment: [JSONValue.Member]) -> Double {
        guard !state.isEmpty, !environment.isEmpty else { return 0 }
        let agreeing = state.count { member in
            environment.contains { $0.name == member.name && $0.value == member.value }
        }
        return Double(agreeing) / Double(state.count)
    }

    func write(to object: inout JSONWriter) {
        object.member("score", total)
        object.member("similarity", similarity)
        object.objectMember("scores") { parts in
            parts.member("text", text)
            parts.member("vector", vector)
            parts.member("precondition", precondition)
            parts.member("recency", recency)
            parts.member("usage", usage)
        }
    }
}
