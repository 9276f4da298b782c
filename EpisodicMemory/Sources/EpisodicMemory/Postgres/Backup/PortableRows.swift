import Foundation
import GRDB

/// Reads and writes a backup's rows in SQLite, which is the form of every backup, whichever database it is of. Numbers
/// of rows stay as they are, so that what refers to them does too.
struct PortableEpisode {
    let row: Int64
    let tenant: TenantID
    let stored: StoredEpisode
    let placed: PlacedEmbedding?

    private static let history = """
        occurrences, last_seen_at, helped, not_helped, uses, last_used_at, archived_at, merged_into, resolved_by
        """

    /// - Throws: what SQLite says.
    func write(_ db: Database) throws {
        let history = stored.history
        try db.cachedStatement(
            sql: """
                INSERT INTO episodes (id, uid, created_at, tenant, episode_type, goal, actions_taken, error_trace,
                    error_class, tool_chain, resolution, code_state_diff, environment_info, tags, \(Self.history))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [row, Data(stored.id.bytes), stored.createdAt.milliseconds, tenant.code]
                + EpisodeRow.values(of: stored.episode)
                + [
                    history.occurrences, history.lastSeenAt?.milliseconds, history.helped, history.notHelped,
                    history.uses, history.lastUsedAt?.milliseconds, history.archivedAt?.milliseconds,
                    history.mergedInto.map { Data($0.bytes) }, history.resolvedBy.map { Data($0.bytes) },
                ]
        )
        try TextTable(tenant: tenant).add(row, db)
        guard let placed else { return }
        let vector = StoredVector(of: stored.episode, placed, IndexedVector(placed))
        try vector.store(of: row, tenant: tenant, createdAt: stored.createdAt, db)
        if history.archivedAt != nil { try VectorChange.remove(row, tenant: tenant, db) }
    }

    /// The next ones after `row`, in order.
    static func read(after row: Int64, limit: Int, _ db: Database) throws -> [PortableEpisode] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT \(EpisodeRow.columns), e.id, e.tenant, v.space, v.vector
                    FROM episodes e LEFT JOIN embeddings v ON v.episode = e.id
                    WHERE e.id > ? ORDER BY e.id LIMIT ?
                    """
            ),
            arguments: [row, limit]
        ).map { row in
            let first = EpisodeRow.columnCount
            let embedding = (row[first + 3] as Data?)?.withUnsafeBytes { Embedding(stored: $0) }
            return PortableEpisode(
                row: row[first],
                tenant: TenantID(row[first + 1]),
                stored: try EpisodeRow.episode(row),
                placed: (embedding ?? nil).map { PlacedEmbedding(embedding: $0, space: .init(code: row[first + 2])) }
            )
        }
    }
}

/// A table whose columns are the same in both databases.
struct PortableTable {
    enum Kind {
        case integer
        case text
        case bytes
        case id
    }

    let name: String
    let columns: [(name: String, kind: Kind)]

    var columnList: String { columns.map(\.name).joined(separator: ", ") }

    static let customers = PortableTable(
        name: "customers",
        columns: [
            ("id", .integer), ("uid", .id), ("name", .text), ("created_at", .integer), ("monthly_quota", .integer),
            ("requests_per_minute", .integer),
        ]
    )

    /// In an order in which each refers to what is there already; episodes come in between, after the customers.
    static let others = [
        PortableTable(
            name: "api_keys",
            columns: [
                ("key_id", .text), ("customer", .integer), ("mac", .bytes), ("name", .text), ("created_at", .integer),
                ("revoked_at", .integer),
            ]
        ),
        PortableTable(
            name: "usage",
            columns: [("customer", .integer), ("month", .integer), ("requests", .integer)]
        ),
        PortableTable(
            name: "idempotency",
            columns: [("tenant", .integer), ("key_hash", .bytes), ("episode", .integer), ("fingerprint", .bytes)]
        ),
    ]
}
