import GRDB

/// What a tenant's memory holds.
struct Statistics: Sendable {
    struct Count: Sendable {
        let name: String
        let count: Int
    }

    var failures = 0
    var successes = 0
    var archived = 0
    var occurrences = 0
    var resolved = 0
    var helped = 0
    var notHelped = 0
    var oldest: Timestamp?
    var newest: Timestamp?
    /// The ten most frequent.
    var errorClasses: [Count] = []
}

extension EpisodeStore {
    func statistics(tenant: TenantID) async throws -> Statistics {
        try await pool.read { db in
            var statistics = Statistics()
            let totals = try db.cachedStatement(
                sql: """
                    SELECT total(archived_at IS NULL AND episode_type = 0), total(archived_at IS NULL AND episode_type = 1),
                        total(archived_at IS NOT NULL), total(occurrences), total(resolved_by IS NOT NULL),
                        total(helped), total(not_helped), min(created_at), max(created_at)
                    FROM episodes WHERE tenant = ?
                    """
            )
            if let row = try Row.fetchOne(totals, arguments: [tenant.code]) {
                statistics.failures = row[0]
                statistics.successes = row[1]
                statistics.archived = row[2]
                statistics.occurrences = row[3]
                statistics.resolved = row[4]
                statistics.helped = row[5]
                statistics.notHelped = row[6]
                statistics.oldest = EpisodeRow.timestamp(row[7])
                statistics.newest = EpisodeRow.timestamp(row[8])
            }
            let classes = try db.cachedStatement(
                sql: """
                    SELECT error_class, count(*) FROM episodes
                    WHERE tenant = ? AND error_class <> '' AND archived_at IS NULL
                    GROUP BY error_class ORDER BY count(*) DESC, error_class LIMIT 10
                    """
            )
            statistics.errorClasses = try Row.fetchAll(classes, arguments: [tenant.code]).map {
                Statistics.Count(name: $0[0], count: $0[1])
            }
            return statistics
        }
    }
}
