import Foundation
import GRDB

extension EpisodeStorage {
    /// What the memory says about an action before it is done. See `ReflectionRules`.
    func reflect(_ request: ReflectRequest, tenant: TenantID) async throws -> Verdict {
        let action = ActionComparison(request.action)
        var failed = search(for: request)
        failed.filter.type = .failure
        var succeeded = search(for: request)
        succeeded.filter.type = .success
        let failures = try await search(failed, tenant: tenant)
        let successes = try await search(succeeded, tenant: tenant)
        let counterEvidence =
            successes.map { $0.scores.similarity * action.similarity(to: $0.stored.episode) }.max() ?? 0
        var matches = failures.map { hit in
            let similarity = action.similarity(to: hit.stored.episode)
            return MatchedFailure(
                hit: hit,
                actionSimilarity: similarity,
                weight: ReflectionRules.weight(
                    hit,
                    actionSimilarity: similarity,
                    tool: request.tool,
                    hasState: !request.currentState.isEmpty,
                    counterEvidence: counterEvidence
                )
            )
        }
        matches.sort { $0.weight > $1.weight }
        matches = Array(matches.prefix(5))
        for index in matches.indices {
            guard let id = matches[index].hit.stored.history.resolvedBy else { continue }
            matches[index].way = try await episode(id, tenant: tenant)
        }
        return ReflectionRules.verdict(matches)
    }

    private func search(for request: ReflectRequest) -> SearchRequest {
        var search = SearchRequest(goal: request.goal)
        search.currentState = request.currentState
        search.count = 20
        return search
    }
}

/// Compares a proposed action with those of episodes.
private struct ActionComparison {
    private let embedding: Embedding?

    init(_ action: String) {
        embedding = Self.embedding(of: action)
    }

    /// The cosine to the nearest of its actions; 0.5, neither for nor against, when it tells of none.
    func similarity(to episode: Episode) -> Double {
        guard let embedding, !episode.actionsTaken.isEmpty else { return 0.5 }
        return episode.actionsTaken.compactMap { Self.embedding(of: $0)?.cosine(embedding) }.max().map { max(0, $0) }
            ?? 0.5
    }

    private static func embedding(of action: String) -> Embedding? {
        var hasher = FeatureHasher()
        hasher.add(action)
        return hasher.embedding
    }
}
