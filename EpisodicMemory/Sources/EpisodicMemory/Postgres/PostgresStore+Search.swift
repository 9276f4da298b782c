extension PostgresStore {
    /// Words and vectors each name candidates; every candidate is then scored whole, with the exact cosine.
    func search(_ request: SearchRequest, tenant: TenantID) async throws -> [SearchHit] {
        let placed = await embedder.embedding(ofGoal: request.goal, given: request.embedding)
        let text = PostgresTextSearch(tenant: tenant, filter: request.filter, vocabulary: vocabulary)
        let vectors = placed.map {
            PostgresVectorSearch(tenant: tenant, placed: $0, usesPgVector: usesPgVector)
        }
        let ranking = PostgresRanking(request: request, tenant: tenant, placed: placed)
        return try await pool.run { session in
            let wanted = max(64, request.count * 4)
            var candidates: [Int64: Double] = [:]
            for match in try text.matches(request.goal, limit: wanted, session) {
                candidates[match.episode] = match.bm25
            }
            for episode in try vectors?.nearest(limit: wanted, filter: request.filter, session) ?? [] {
                candidates[episode, default: 0] += 0
            }
            return try ranking.best(of: candidates, session)
        }
    }
}

/// Scores candidates and keeps the best.
struct PostgresRanking: Sendable {
    let request: SearchRequest
    let tenant: TenantID
    let placed: PlacedEmbedding?

    private struct Scored {
        let episode: Int64
        let scores: Scores
    }

    /// Candidates come with the BM25 of their words, 0 where the words did not match.
    func best(of candidates: [Int64: Double], _ session: PostgresSession) throws -> [SearchHit] {
        guard !candidates.isEmpty else { return [] }
        let scored = try scores(of: candidates, session)
            .filter { $0.scores.similarity >= request.minimumSimilarity && $0.scores.similarity > 0 }
            .sorted { ($0.scores.total, $0.episode) > ($1.scores.total, $1.episode) }
            .prefix(request.count)
        guard !scored.isEmpty else { return [] }
        let rows = try session.query(
            "SELECT \(PostgresEpisode.columns), e.id FROM episodes e WHERE e.id = ANY ($1)",
            [.integers(scored.map(\.episode))]
        )
        var episodes: [Int64: StoredEpisode] = [:]
        for row in rows { episodes[try row.integer(PostgresEpisode.columnCount)] = try PostgresEpisode.read(row) }
        return scored.compactMap { scored in
            episodes[scored.episode].map { SearchHit(episode: scored.episode, stored: $0, scores: scored.scores) }
        }
    }

    private func scores(of candidates: [Int64: Double], _ session: PostgresSession) throws -> [Scored] {
        let now = Timestamp.now()
        var query = PostgresQuery()
        let condition = query.conditions(request.filter, tenant: tenant)
        let space = query.bind(.optional(placed?.space.code))
        // What no score needs is not sent.
        let environment = request.currentState.isEmpty ? "'{}'" : "e.environment_info"
        let sql = """
            SELECT e.id, greatest(e.created_at, coalesce(e.last_seen_at, 0), coalesce(e.last_used_at, 0)), e.helped,
                e.not_helped, \(environment), CASE WHEN v.space = \(space)::bigint THEN v.vector END
            FROM episodes e LEFT JOIN embeddings v ON v.episode = e.id
            WHERE e.id = ANY (\(query.bind(.integers(Array(candidates.keys))))) AND \(condition)
            """
        // slipway:allow(sql-injection) names of our schema and numbered places are put in; values are bound
        return try session.query(sql, query.values).map { row in
            let episode = try row.integer(0)
            var scores = Scores()
            scores.text = Scores.text(bm25: candidates[episode] ?? 0)
            if let placed, let vector = try row.optionalFloats(5), vector.count == Embedding.dimensions {
                scores.vector = max(0, placed.embedding.cosine(Embedding(unit: vector)))
            }
            if !request.currentState.isEmpty {
                scores.precondition = Scores.precondition(
                    state: request.currentState,
                    environment: try EpisodeRow.environment(try row.text(4))
                )
            }
            scores.recency = Scores.recency(of: try row.time(1), now: now)
            scores.usage = Scores.usage(helped: try row.count(2), notHelped: try row.count(3))
            return Scored(episode: episode, scores: scores)
        }
    }
}
