extension PostgresStore {
    /// Under a lock of the server's, which it drops should this process end meanwhile.
    func consolidate(archiveAfter: Duration?, now: Timestamp) async throws -> Consolidation.Outcome? {
        let lock = PostgresValue.integer(PostgresMigrations.Lock.consolidation)
        return try await pool.lease { connection in
            let isAlone = try await connection.run { session in
                try session.query("SELECT pg_try_advisory_lock($1)", [lock]).first?.bool(0)
            }
            guard isAlone == true else { return nil }
            let consolidation = PostgresConsolidation(
                connection: connection,
                embedder: embedder,
                usesPgVector: usesPgVector,
                archiveAfter: archiveAfter
            )
            let outcome: Result<Consolidation.Outcome, any Error>
            do {
                outcome = .success(try await consolidation.run(now))
            } catch {
                outcome = .failure(error)
            }
            try await connection.run { session in
                _ = try session.query("SELECT pg_advisory_unlock($1)", [lock])
            }
            return try outcome.get()
        }
    }
}

/// One round of what `Consolidation` describes, on PostgreSQL.
struct PostgresConsolidation: Sendable {
    /// Episodes one round looks at; the next goes on from there.
    private static let batchSize: Int64 = 1000
    /// How many neighbours may say the same, or be resolved.
    private static let neighbours = 16

    let connection: PostgresConnection
    let embedder: Embedder
    let usesPgVector: Bool
    let archiveAfter: Duration?

    private struct Candidate: Sendable {
        let row: Int64
        let tenant: TenantID
        let stored: StoredEpisode
        let placed: PlacedEmbedding
    }

    func run(_ now: Timestamp) async throws -> Consolidation.Outcome {
        var outcome = Consolidation.Outcome()
        for row in try await newEpisodes() {
            if let candidate = try await candidate(row) {
                outcome.looked += 1
                try await consolidate(candidate, now, &outcome)
            }
            try await connection.run { session in
                _ = try session.execute("DELETE FROM unconsolidated WHERE episode = $1", [.integer(row)])
            }
        }
        outcome.archived = try await archiveOld(now)
        return outcome
    }

    private func consolidate(
        _ candidate: Candidate,
        _ now: Timestamp,
        _ outcome: inout Consolidation.Outcome
    ) async throws {
        var same = EpisodeFilter()
        same.type = candidate.stored.episode.type
        same.errorClass = candidate.stored.episode.errorClass
        if let original = try await older(than: candidate, same, cosine: Consolidation.duplicateCosine).first {
            try await merge(candidate, into: original, now)
            outcome.merged += 1
        } else if candidate.stored.episode.type == .success {
            var failed = EpisodeFilter()
            failed.type = .failure
            let failures = try await older(than: candidate, failed, cosine: Consolidation.resolutionCosine)
            outcome.linked += try await link(failures, to: candidate)
        }
    }

    // MARK: Reading

    private func newEpisodes() async throws -> [Int64] {
        try await connection.run { session in
            try session.query(
                "SELECT episode FROM unconsolidated ORDER BY episode LIMIT $1",
                [.integer(Self.batchSize)]
            ).map { try $0.integer(0) }
        }
    }

    /// nil for one that is archived, or that no embedding can be made of.
    private func candidate(_ row: Int64) async throws -> Candidate? {
        let found = try await connection.run { session in
            try session.query(
                """
                SELECT \(PostgresEpisode.columns), e.tenant, v.space, v.vector
                FROM episodes e LEFT JOIN embeddings v ON v.episode = e.id
                WHERE e.id = $1 AND e.archived_at IS NULL
                """,
                [.integer(row)]
            ).first.map { found in
                let space = try found.optionalInteger(PostgresEpisode.columnCount + 1)
                let vector = try found.optionalFloats(PostgresEpisode.columnCount + 2)
                return (
                    stored: try PostgresEpisode.read(found),
                    tenant: TenantID(try found.integer(PostgresEpisode.columnCount)),
                    placed: space.flatMap { space in
                        vector.map { PlacedEmbedding(embedding: .init(unit: $0), space: .init(code: space)) }
                    }
                )
            }
        }
        guard let found else { return nil }
        var placed = found.placed
        if placed == nil { placed = try await addVector(of: found.stored.episode, row, found.tenant) }
        return placed.map { Candidate(row: row, tenant: found.tenant, stored: found.stored, placed: $0) }
    }

    /// What came from an old backup may have none.
    private func addVector(of episode: Episode, _ row: Int64, _ tenant: TenantID) async throws -> PlacedEmbedding? {
        guard let placed = await embedder.embedding(of: episode, given: nil) else { return nil }
        try await connection.run { session in
            try session.transaction { try PostgresVector.insert(placed, of: row, tenant, session) }
        }
        return placed
    }

    /// The nearest older episodes, nearest first.
    private func older(than candidate: Candidate, _ filter: EpisodeFilter, cosine: Double) async throws -> [Int64] {
        let search = PostgresVectorSearch(
            tenant: candidate.tenant,
            placed: candidate.placed,
            usesPgVector: usesPgVector
        )
        return try await connection.run { session in
            let near = try search.nearest(limit: Self.neighbours, filter: filter, session)
            return try session.query(
                "SELECT episode, vector FROM embeddings WHERE episode = ANY ($1) AND episode < $2",
                [.integers(near), .integer(candidate.row)]
            ).compactMap { row -> (row: Int64, cosine: Double)? in
                let vector = Embedding(unit: try row.optionalFloats(1) ?? [])
                guard vector.values.count == Embedding.dimensions else { return nil }
                return (row: try row.integer(0), cosine: candidate.placed.embedding.cosine(vector))
            }.filter { $0.cosine >= cosine }.sorted { $0.cosine > $1.cosine }.map(\.row)
        }
    }

    // MARK: Writing

    private func merge(_ candidate: Candidate, into original: Int64, _ now: Timestamp) async throws {
        try await connection.run { session in
            try session.transaction {
                let merged = try session.execute(
                    """
                    UPDATE episodes o SET occurrences = o.occurrences + d.occurrences,
                        last_seen_at = greatest(coalesce(o.last_seen_at, o.created_at), d.created_at),
                        helped = o.helped + d.helped, not_helped = o.not_helped + d.not_helped,
                        uses = o.uses + d.uses, resolved_by = coalesce(o.resolved_by, d.resolved_by)
                    FROM episodes d
                    WHERE o.id = $1 AND d.id = $2 AND o.archived_at IS NULL AND d.archived_at IS NULL
                    """,
                    [.integer(original), .integer(candidate.row)]
                )
                guard merged > 0 else { return }
                try session.execute(
                    """
                    UPDATE episodes SET archived_at = $3, merged_into = (SELECT uid FROM episodes WHERE id = $1)
                    WHERE id = $2
                    """,
                    [.integer(original), .integer(candidate.row), .time(now)]
                )
                try session.execute("DELETE FROM vector_codes WHERE episode = $1", [.integer(candidate.row)])
            }
        }
    }

    private func link(_ failures: [Int64], to success: Candidate) async throws -> Int {
        guard !failures.isEmpty else { return 0 }
        return try await connection.run { session in
            try session.execute(
                "UPDATE episodes SET resolved_by = $1 WHERE id = ANY ($2) AND resolved_by IS NULL",
                [.id(success.stored.id), .integers(failures)]
            )
        }
    }

    private func archiveOld(_ now: Timestamp) async throws -> Int {
        guard let archiveAfter else { return 0 }
        let limit = PostgresValue.integer(now.milliseconds - archiveAfter.components.seconds * 1000)
        return try await connection.run { session in
            try session.query(
                """
                WITH old AS (
                    UPDATE episodes SET archived_at = $1 WHERE id IN (
                        SELECT id FROM episodes
                        WHERE archived_at IS NULL AND created_at < $2 AND coalesce(last_seen_at, 0) < $2
                            AND coalesce(last_used_at, 0) < $2 AND helped <= not_helped LIMIT $3)
                    RETURNING id
                ), forgotten AS (DELETE FROM vector_codes WHERE episode IN (SELECT id FROM old))
                SELECT count(*) FROM old
                """,
                [.time(now), limit, .integer(Self.batchSize)]
            ).first?.count(0) ?? 0
        }
    }
}
