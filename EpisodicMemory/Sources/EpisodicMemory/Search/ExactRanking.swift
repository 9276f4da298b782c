import Foundation
import GRDB

/// An episode that a search found.
struct SearchHit: Sendable {
    let episode: Int64
    let stored: StoredEpisode
    let scores: Scores
}

/// Reads candidates, scores them exactly and keeps the best.
struct ExactRanking {
    /// What is read beyond the number that is wanted: the estimates of two neighbours may be the wrong way round.
    private static let margin = 4

    let search: PreparedSearch

    /// Candidates come best first.
    func best(of candidates: [Candidate], _ db: Database) throws -> [SearchHit] {
        let now = Timestamp.now()
        let request = search.request
        // The index only guesses at labels, and may know episodes that were just removed.
        let filter = request.filter.sql(tenant: search.tenant)
        let query = try db.cachedStatement(
            sql: """
                SELECT \(EpisodeRow.columns), v.vector, v.space
                FROM episodes e LEFT JOIN embeddings v ON v.episode = e.id WHERE e.id = ? AND \(filter.text)
                """
        )
        var hits: [SearchHit] = []
        for candidate in candidates {
            guard hits.count < request.count + Self.margin else { break }
            let rows = try Row.fetchCursor(query, arguments: [candidate.episode] + filter.arguments)
            guard let row = try rows.next() else { continue }
            let stored = try EpisodeRow.episode(row)
            let scores = try scores(of: stored, row, bm25: candidate.bm25, now: now)
            guard scores.similarity >= request.minimumSimilarity, scores.similarity > 0 else { continue }
            hits.append(SearchHit(episode: candidate.episode, stored: stored, scores: scores))
        }
        hits.sort { ($0.scores.total, $0.episode) > ($1.scores.total, $1.episode) }
        return Array(hits.prefix(request.count))
    }

    private func scores(of stored: StoredEpisode, _ row: Row, bm25: Double, now: Timestamp) throws -> Scores {
        var scores = Scores()
        scores.text = Scores.text(bm25: bm25)
        if let placed = search.placed, row[EpisodeRow.columnCount + 1] as Int64? == placed.space.code,
            let embedding = try EpisodeRow.embedding(row, at: EpisodeRow.columnCount)
        {
            scores.vector = max(0, placed.embedding.cosine(embedding))
        }
        if !search.request.currentState.isEmpty {
            scores.precondition = Scores.precondition(
                state: search.request.currentState,
                environment: stored.episode.environmentInfo
            )
        }
        let history = stored.history
        let moment = [stored.createdAt, history.lastSeenAt, history.lastUsedAt].compactMap { $0 }.max()
        scores.recency = Scores.recency(of: moment ?? stored.createdAt, now: now)
        scores.usage = Scores.usage(helped: history.helped, notHelped: history.notHelped)
        return scores
    }
}
