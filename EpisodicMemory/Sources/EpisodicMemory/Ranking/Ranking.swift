import Foundation
import GRDB

/// Scores candidates and keeps the best.
struct Ranking: Sendable {
    let request: SearchRequest
    let tenant: TenantID
    let placed: PlacedEmbedding?

    private struct Scored {
        let episode: Int64
        let scores: Scores
    }

    /// Candidates come with the BM25 of their words, 0 where the words did not match.
    func best(of candidates: [Int64: Double], _ db: Database) throws -> [SearchHit] {
        let now = Timestamp.now()
        let filter = request.filter.sql(tenant: tenant)
        // The vector index only guesses at labels, and may know episodes that were just removed.
        let query = try db.cachedStatement(
            sql: """
                SELECT e.created_at, max(ifnull(e.last_seen_at, 0), ifnull(e.last_used_at, 0)), e.helped, e.not_helped, e.environment_info, v.vector, v.space
                FROM episodes e LEFT JOIN embeddings v ON v.episode = e.id WHERE e.id = ? AND \(filter.text)
                """
        )
        var scored: [Scored] = []
        for (episode, bm25) in candidates {
            guard let row = try Row.fetchOne(query, arguments: [episode] + filter.arguments) else { continue }
            let scores = try scores(of: row, bm25: bm25, now: now)
            if scores.similarity >= request.minimumSimilarity, scores.similarity > 0 {
                scored.append(Scored(episode: episode, scores: scores))
            }
        }
        scored.sort { ($0.scores.total, $0.episode) > ($1.scores.total, $1.episode) }
        let fetch = try db.cachedStatement(sql: "SELECT \(EpisodeRow.columns) FROM episodes e WHERE e.id = ?")
        return try scored.prefix(request.count).compactMap { scored in
            try Row.fetchOne(fetch, arguments: [scored.episode]).map { row in
                SearchHit(episode: scored.episode, stored: try EpisodeRow.episode(row), scores: scored.scores)
            }
        }
    }

    private func scores(of row: Row, bm25: Double, now: Timestamp) throws -> Scores {
        var scores = Scores()
        scores.text = Scores.text(bm25: bm25)
        if let placed, row[6] as Int64? == placed.space.code {
            let stored = try row.withUnsafeData(atIndex: 5) { data in data?.withUnsafeBytes(Embedding.init(stored:)) }
            if let stored = stored ?? nil { scores.vector = max(0, placed.embedding.cosine(stored)) }
        }
        if !request.currentState.isEmpty {
            let environment = try EpisodeRow.environment(row[4])
            scores.precondition = Scores.precondition(state: request.currentState, environment: environment)
        }
        scores.recency = Scores.recency(of: Timestamp(milliseconds: max(row[0], row[1])), now: now)
        scores.usage = Scores.usage(helped: row[2], notHelped: row[3])
        return scores
    }
}
