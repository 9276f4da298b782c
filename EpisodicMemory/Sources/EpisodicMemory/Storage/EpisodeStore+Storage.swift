import GRDB

/// What the protocol asks for beyond what the other extensions give.
extension EpisodeStore: EpisodeStorage {
    var vectorCount: Int? { index.count }

    /// Writes some of them; what is left comes with the next calls.
    ///
    /// - Throws: what SQLite says; what was to be written is then lost.
    func flushUses() async throws {
        try await flushSomeUses()
    }

    /// - Returns: whether there were any.
    @discardableResult
    func flushSomeUses() async throws -> Bool {
        let gathered = uses.take(UseRecorder.batchSize)
        guard !gathered.isEmpty else { return false }
        try await writes.commit { db in
            let update = try db.cachedStatement(
                sql: "UPDATE episodes SET uses = uses + ?, last_used_at = max(ifnull(last_used_at, 0), ?) WHERE id = ?"
            )
            for (episode, use) in gathered {
                try update.execute(arguments: [use.count, use.last.milliseconds, episode])
            }
        }
        return true
    }

    /// Counted in this process: with several, the limit holds for each.
    func takeRequest(ofKey id: String, perMinute: Int) async throws -> Int? {
        limiter.take(key: id, perMinute: perMinute)
    }

    func consolidate(archiveAfter: Duration?, now: Timestamp) async throws -> Consolidation.Outcome? {
        try await Consolidation(store: self, archiveAfter: archiveAfter).run(now: now)
    }
}
