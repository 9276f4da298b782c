import GRDB

/// The full-text table of one tenant. The single tenant's is filled by triggers, which older binaries rely on.
struct TextTable {
    let tenant: TenantID

    /// The number is ours, never a client's text.
    var name: String { tenant == .single ? "episodes_text" : "episodes_text_\(tenant.code)" }

    private static let columns = "goal, actions_taken, error_trace, error_class, tool_chain, resolution, tags"

    func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE VIRTUAL TABLE \(name) USING fts5 (
                    \(Self.columns), content = 'episodes', content_rowid = 'id',
                    tokenize = 'porter unicode61 remove_diacritics 2'
                )
                """
        )
    }

    func drop(_ db: Database) throws {
        try db.execute(sql: "DROP TABLE IF EXISTS \(name)")
    }

    func add(_ episode: Int64, _ db: Database) throws {
        guard tenant != .single else { return }
        try db.cachedStatement(
            sql: "INSERT INTO \(name) (rowid, \(Self.columns)) SELECT id, \(Self.columns) FROM episodes WHERE id = ?"
        ).execute(arguments: [episode])
    }

    /// Before the episode itself is removed: the index must be told what it held.
    func remove(_ episode: Int64, _ db: Database) throws {
        guard tenant != .single else { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO \(name) (\(name), rowid, \(Self.columns))
                SELECT 'delete', id, \(Self.columns) FROM episodes WHERE id = ?
                """
        ).execute(arguments: [episode])
    }
}
