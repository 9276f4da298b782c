import GRDB

/// What the protocol asks for beyond what the other extensions give.
extension EpisodeStore: EpisodeStorage {
    var vectorCount: Int? { index.count }

    /// - Throws: what SQLite says; what was gathered is then lost.
    func flushUses() async throws {
        let gathered = uses.take()
        guard !gathered.isEmpty else { return }
        try await writes.commit { db in
            let update = try db.cachedStatement(
                sql: "UPDATE episodes SET uses = uses + ?, last_used_at = max(ifnull(last_used_at, 0), ?) WHERE id = ?"
            )
            for (episode, use) in gathered {
                try update.execute(arguments: [use.count, use.last.milliseconds, episode])
            }
        }
    }

    /// Counted in this process: with several, the limit holds for each.
    func takeRequest(ofKey id: String, perMinute: Int) async throws -> Int? {
        limiter.take(key: id, perMinute: perMinute)
    }

    func consolidate(archiveAfter: Duration?, now: Timestamp) async throws -> Consolidation.Outcome? {
        try await Consolidation(store: self, archiveAfter: archiveAfter).run(now: now)
    }
}
