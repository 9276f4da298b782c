import GRDB

/// An episode that a search found.
struct SearchHit: Sendable {
    let stored: StoredEpisode
    /// BM25 of the full-text index; greater is better.
    let score: Double
}

extension EpisodeStore {
    func search(_ request: SearchRequest) async throws -> [SearchHit] {
        guard let query = TextQuery(request.goal) else { return [] }
        let type = request.type.map(EpisodeRow.code)
        return try await pool.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT \(EpisodeRow.columns), -bm25(episodes_text) FROM episodes_text
                    JOIN episodes e ON e.id = episodes_text.rowid
                    WHERE episodes_text MATCH ? AND (? IS NULL OR e.episode_type = ?)
                    ORDER BY bm25(episodes_text), e.id DESC LIMIT ?
                    """
            )
            return try Row.fetchAll(statement, arguments: [query.expression, type, type, request.count]).map { row in
                SearchHit(stored: try EpisodeRow.episode(row), score: row[EpisodeRow.columnCount])
            }
        }
    }
}
