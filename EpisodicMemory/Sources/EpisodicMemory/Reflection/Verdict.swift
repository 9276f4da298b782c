/// What an agent is told about an action it proposes, from the mildest to the strongest.
enum Decision: String, Sendable, CaseIterable {
    case proceed
    case hint
    case rewrite
    case block
}

/// A failure that speaks against a proposed action.
struct MatchedFailure: Sendable {
    let hit: SearchHit
    /// How alike the proposed action and the nearest one of the failure are, from 0 to 1.
    let actionSimilarity: Double
    /// How strongly it speaks against the action, from 0 to 1.
    let weight: Double
    /// The success that got past it, when there is one.
    var way: StoredEpisode?
}

struct Verdict: Sendable {
    let decision: Decision
    /// From 0 to 1: how sure the decision is, not how bad the action.
    let confidence: Double
    let rationale: String
    let suggestedAction: String?
    let failures: [MatchedFailure]
}
