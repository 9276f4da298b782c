import Foundation

extension PostgresStore {
    func episode(_ id: EpisodeID, tenant: TenantID) async throws -> StoredEpisode? {
        try await pool.run { session in
            try session.query(
                "SELECT \(PostgresEpisode.columns) FROM episodes e WHERE e.uid = $1 AND e.tenant = $2",
                [.id(id), .integer(tenant.code)]
            ).first.map(PostgresEpisode.read)
        }
    }

    func episodes(_ filter: EpisodeFilter, _ page: PageRequest, tenant: TenantID) async throws -> EpisodePage {
        try await pool.run { session in
            var query = PostgresQuery()
            var condition = query.conditions(filter, tenant: tenant)
            // Names sort by the time of capture, so the name alone is the place; the episode itself may be gone.
            if let cursor = page.cursor { condition += " AND e.uid < \(query.bind(.id(cursor.episode)))" }
            let limit = query.bind(.integer(Int64(page.limit + 1)))
            // slipway:allow(sql-injection) names of our schema and numbered places are put in; values are bound
            let rows = try session.query(
                """
                SELECT \(PostgresEpisode.columns) FROM episodes e
                WHERE \(condition) ORDER BY e.uid DESC LIMIT \(limit)
                """,
                query.values
            )
            let episodes = try rows.prefix(page.limit).map(PostgresEpisode.read)
            return EpisodePage(
                episodes: episodes,
                next: rows.count > page.limit ? episodes.last.map { PageCursor(after: $0.id) } : nil
            )
        }
    }

    func delete(_ id: EpisodeID, tenant: TenantID) async throws -> Bool {
        try await pool.run { session in
            try session.execute(
                "DELETE FROM episodes WHERE uid = $1 AND tenant = $2",
                [.id(id), .integer(tenant.code)]
            ) > 0
        }
    }

    func recordFeedback(_ id: EpisodeID, helped: Bool, tenant: TenantID) async throws -> StoredEpisode? {
        let column = helped ? "helped" : "not_helped"
        return try await pool.run { session in
            try session.query(
                """
                UPDATE episodes e SET \(column) = \(column) + 1, last_used_at = $1 WHERE uid = $2 AND tenant = $3
                RETURNING \(PostgresEpisode.columns)
                """,
                [.time(.now()), .id(id), .integer(tenant.code)]
            ).first.map(PostgresEpisode.read)
        }
    }

    /// - Throws: `PostgresError`; what was gathered is then lost.
    func flushUses() async throws {
        let gathered = Array(uses.take())
        guard !gathered.isEmpty else { return }
        try await pool.run { session in
            _ = try session.execute(
                """
                UPDATE episodes e SET uses = e.uses + g.count,
                    last_used_at = greatest(coalesce(e.last_used_at, 0), g.last)
                FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) g (id, count, last) WHERE e.id = g.id
                """,
                [
                    .integers(gathered.map(\.key)), .integers(gathered.map { Int64($0.value.count) }),
                    .integers(gathered.map(\.value.last.milliseconds)),
                ]
            )
        }
    }

    func statistics(tenant: TenantID) async throws -> Statistics {
        try await pool.run { session in
            var statistics = Statistics()
            let totals = try session.query(
                """
                SELECT count(*) FILTER (WHERE archived_at IS NULL AND episode_type = 0),
                    count(*) FILTER (WHERE archived_at IS NULL AND episode_type = 1),
                    count(*) FILTER (WHERE archived_at IS NOT NULL), coalesce(sum(occurrences), 0)::bigint,
                    count(resolved_by), coalesce(sum(helped), 0)::bigint, coalesce(sum(not_helped), 0)::bigint,
                    min(created_at), max(created_at)
                FROM episodes WHERE tenant = $1
                """,
                [.integer(tenant.code)]
            )
            if let row = totals.first {
                statistics.failures = try row.count(0)
                statistics.successes = try row.count(1)
                statistics.archived = try row.count(2)
                statistics.occurrences = try row.count(3)
                statistics.resolved = try row.count(4)
                statistics.helped = try row.count(5)
                statistics.notHelped = try row.count(6)
                statistics.oldest = try row.optionalTime(7)
                statistics.newest = try row.optionalTime(8)
            }
            statistics.errorClasses = try session.query(
                """
                SELECT error_class, count(*) FROM episodes
                WHERE tenant = $1 AND error_class <> '' AND archived_at IS NULL
                GROUP BY error_class ORDER BY count(*) DESC, error_class COLLATE "C" LIMIT 10
                """,
                [.integer(tenant.code)]
            ).map { Statistics.Count(name: try $0.text(0), count: try $0.count(1)) }
            return statistics
        }
    }
}
