import Foundation
import GRDB

/// One page of episodes, newest first.
struct EpisodePage: Sendable {
    let episodes: [StoredEpisode]
    /// Where the next page starts; nil on the last one.
    let next: PageCursor?
}

/// A place in the order of episodes, as a client carries it from page to page. It says nothing but where to go on.
struct PageCursor: Sendable, Equatable, CustomStringConvertible {
    let episode: EpisodeID

    init(after episode: EpisodeID) {
        self.episode = episode
    }

    init?(_ text: String) {
        guard let episode = EpisodeID(text) else { return nil }
        self.episode = episode
    }

    var description: String { episode.description }
}

extension EpisodeStore {
    func episode(_ id: EpisodeID, tenant: TenantID) async throws -> StoredEpisode? {
        try await pool.read { db in
            let query = try db.cachedStatement(
                sql: "SELECT \(EpisodeRow.columns) FROM episodes e WHERE e.uid = ? AND e.tenant = ?"
            )
            return try Row.fetchOne(query, arguments: [Data(id.bytes), tenant.code]).map(EpisodeRow.episode)
        }
    }

    /// - Throws: what SQLite says.
    func episodes(
        _ filter: EpisodeFilter,
        _ page: PageRequest,
        tenant: TenantID
    ) async throws -> EpisodePage {
        let filter = filter.sql(tenant: tenant)
        return try await pool.read { db in
            // Names sort by the time of capture, so the name alone is the place; the episode itself may be gone.
            let last = page.cursor.map { Data($0.episode.bytes) } ?? Data(repeating: 0xFF, count: 16)
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT \(EpisodeRow.columns) FROM episodes e
                        WHERE \(filter.text) AND e.uid < ? ORDER BY e.uid DESC LIMIT ?
                        """
                ),
                arguments: filter.arguments + [last, page.limit + 1]
            )
            let episodes = try rows.prefix(page.limit).map(EpisodeRow.episode)
            return EpisodePage(
                episodes: episodes,
                next: rows.count > page.limit ? episodes.last.map { PageCursor(after: $0.id) } : nil
            )
        }
    }

    /// Removes an episode and everything made from it.
    ///
    /// - Returns: whether it was there.
    func delete(_ id: EpisodeID, tenant: TenantID) async throws -> Bool {
        try await writes.commit { db in
            guard let episode = try Self.row(of: id, tenant: tenant, db) else { return false }
            try TextTable(tenant: tenant).remove(episode, db)
            try db.cachedStatement(sql: "DELETE FROM episodes WHERE id = ?").execute(arguments: [episode])
            try VectorChange.remove(episode, tenant: tenant, db)
            return true
        }
    }

    /// Remembers whether an episode helped the agent that was given it.
    ///
    /// - Returns: the episode as it is now; nil when there is none.
    func recordFeedback(_ id: EpisodeID, helped: Bool, tenant: TenantID) async throws -> StoredEpisode? {
        let column = helped ? "helped" : "not_helped"
        let isThere = try await writes.commit { db in
            try db.cachedStatement(
                sql: "UPDATE episodes SET \(column) = \(column) + 1, last_used_at = ? WHERE uid = ? AND tenant = ?"
            ).execute(arguments: [Timestamp.now().milliseconds, Data(id.bytes), tenant.code])
            return db.changesCount > 0
        }
        return isThere ? try await episode(id, tenant: tenant) : nil
    }

    static func row(of id: EpisodeID, tenant: TenantID, _ db: Database) throws -> Int64? {
        let query = try db.cachedStatement(sql: "SELECT id FROM episodes WHERE uid = ? AND tenant = ?")
        return try Int64.fetchOne(query, arguments: [Data(id.bytes), tenant.code])
    }
}
