import Foundation
import GRDB

/// Reads from the database what the index holds.
struct IndexSource {
    let tokenizer: TextTokenizer

    struct Change {
        let episode: Int64
        let tenant: TenantID
    }

    /// What became of an episode.
    enum Outcome {
        case gone
        case archived
        case moved(Standing, hasVector: Bool)
    }

    private static let vectorColumns = "v.space, v.vector"
    private static let standingColumns =
        "max(ifnull(e.last_seen_at, 0), ifnull(e.last_used_at, 0)), e.helped, e.not_helped"

    /// Each episode that changed since, once, in order.
    func changes(after change: Int64, _ db: Database) throws -> [Change] {
        let query = try db.cachedStatement(
            sql: "SELECT episode, tenant FROM episode_changes WHERE seq > ? ORDER BY seq"
        )
        var seen: Set<Int64> = []
        var changes: [Change] = []
        let rows = try Row.fetchCursor(query, arguments: [change])
        while let row = try rows.next() {
            if seen.insert(row[0]).inserted { changes.append(Change(episode: row[0], tenant: TenantID(row[1]))) }
        }
        return changes
    }

    /// Where the log of changes begins; what is before it is forgotten.
    func oldestChange(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT seq FROM episode_changes ORDER BY seq LIMIT 1")) ?? 0
    }

    func outcome(_ episode: Int64, _ db: Database) throws -> Outcome {
        let query = try db.cachedStatement(
            sql: """
                SELECT e.archived_at IS NOT NULL, \(Self.standingColumns),
                    EXISTS (SELECT 1 FROM embeddings WHERE episode = e.id)
                FROM episodes e WHERE e.id = ?
                """
        )
        guard let row = try Row.fetchOne(query, arguments: [episode]) else { return .gone }
        return row[0] ? .archived : .moved(Self.standing(row, at: 1), hasVector: row[4])
    }

    /// The whole of an episode that is there.
    func entry(_ episode: Int64, _ db: Database) throws -> IndexEntry? {
        let query = try db.cachedStatement(
            sql: """
                SELECT \(EpisodeRow.columns), \(Self.standingColumns), \(Self.vectorColumns)
                FROM episodes e LEFT JOIN embeddings v ON v.episode = e.id WHERE e.id = ?
                """
        )
        guard let row = try Row.fetchOne(query, arguments: [episode]) else { return nil }
        let stored = try EpisodeRow.episode(row)
        let next = EpisodeRow.columnCount
        var entry = try IndexEntry(
            stored.episode,
            createdAt: stored.createdAt,
            vector: try Self.vector(row, at: next + 3),
            tokenizer: tokenizer
        )
        entry.standing = Self.standing(row, at: next)
        return entry
    }

    /// Every episode there is: with its entry, or without one when it is archived, and the number of its terms.
    func loadAll(_ db: Database, _ body: (TenantID, Int64, IndexEntry?, Int) throws -> Void) throws {
        let tenants = try Int64.fetchAll(db, sql: "SELECT DISTINCT tenant FROM episodes")
        for tenant in tenants {
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT e.id, e.archived_at IS NOT NULL, s.sz, e.created_at, e.episode_type, e.error_class,
                        e.tool_chain, e.tags, e.environment_info, \(Self.standingColumns), \(Self.vectorColumns)
                    FROM episodes e LEFT JOIN embeddings v ON v.episode = e.id
                    LEFT JOIN \(TextTable(tenant: TenantID(tenant)).name)_docsize s ON s.id = e.id
                    WHERE e.tenant = ? ORDER BY e.id
                    """,
                arguments: [tenant]
            )
            while let row = try rows.next() {
                let length = try row.withUnsafeData(atIndex: 2) { TextTable.length(of: $0) }
                let isArchived: Bool = row[1]
                let entry = isArchived ? nil : try Self.loadedEntry(row, length: length)
                try body(TenantID(tenant), row[0], entry, length)
            }
        }
    }

    private static func loadedEntry(_ row: Row, length: Int) throws -> IndexEntry {
        var episode = Episode(type: EpisodeRow.type(of: row[4]) ?? .failure, goal: "")
        episode.errorClass = row[5]
        episode.toolChain = EpisodeRow.split(row[6])
        episode.tags = EpisodeRow.split(row[7])
        episode.environmentInfo = try EpisodeRow.environment(row[8])
        var entry = IndexEntry(
            episode,
            createdAt: Timestamp(milliseconds: row[3]),
            vector: try vector(row, at: 12),
            length: length
        )
        entry.standing = standing(row, at: 9)
        return entry
    }

    private static func standing(_ row: Row, at index: Int) -> Standing {
        Standing(
            touchedAt: Timestamp(milliseconds: row[index]),
            helped: row[index + 1],
            notHelped: row[index + 2]
        )
    }

    private static func vector(_ row: Row, at index: Int) throws -> IndexedVector? {
        guard let space: Int64 = row[index], let embedding = try EpisodeRow.embedding(row, at: index + 1) else {
            return nil
        }
        return IndexedVector(PlacedEmbedding(embedding: embedding, space: EmbeddingSpace(code: space)))
    }
}
