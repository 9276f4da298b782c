import Foundation
import GRDB

/// The full-text table of one tenant. The single tenant's is filled by triggers, which older binaries rely on.
struct TextTable {
    let tenant: TenantID

    /// The number is ours, never a client's text.
    var name: String { tenant == .single ? "episodes_text" : "episodes_text_\(tenant.code)" }

    private static let columns = "goal, actions_taken, error_trace, error_class, tool_chain, resolution, tags"

    /// As the tables were made with; see `create`.
    static let tokenizer = ["porter", "unicode61", "remove_diacritics", "2"]

    func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE VIRTUAL TABLE \(name) USING fts5 (
                    \(Self.columns), content = 'episodes', content_rowid = 'id',
                    tokenize = '\(Self.tokenizer.joined(separator: " "))'
                )
                """
        )
    }

    func drop(_ db: Database) throws {
        try db.execute(sql: "DROP TABLE IF EXISTS \(name)")
    }

    /// What is indexed of an episode, in the order of the columns.
    static func texts(of episode: Episode) -> [String] {
        [episode.goal] + episode.actionsTaken + [episode.errorTrace, episode.errorClass] + episode.toolChain
            + [episode.resolution] + episode.tags
    }

    /// How many terms an episode has, from the record that FTS5 keeps of each row's size: a varint for each column.
    static func length(of sizes: Data?) -> Int {
        var (sum, value) = (0, 0)
        for byte in sizes ?? Data() {
            value = value << 7 | Int(byte & 0x7F)
            guard byte < 0x80 else { continue }
            sum += value
            value = 0
        }
        return sum
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
