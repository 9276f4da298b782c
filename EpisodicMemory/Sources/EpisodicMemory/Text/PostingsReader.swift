import GRDB
import Synchronization

/// An episode with a term in it.
struct TermOccurrence {
    let episode: Int64
    let count: UInt8
}

/// Reads from the full-text tables in which episodes a term is. It has a connection of its own, with FTS5's
/// vocabulary tables, which exist only there.
final class PostingsReader: Sendable {
    private let queue: DatabaseQueue

    /// - Throws: what SQLite says.
    init(path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.label = "episodes-words"
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    func close() throws {
        try queue.close()
    }

    /// In the order of the episodes.
    ///
    /// - Throws: what SQLite says.
    func occurrences(of term: String, tenant: TenantID) throws -> [TermOccurrence] {
        try queue.inDatabase { db in
            guard let table = try vocabulary("instance", of: tenant, db) else { return [] }
            let query = try db.cachedStatement(sql: "SELECT doc, count(*) FROM \(table) WHERE term = ? GROUP BY doc")
            var occurrences: [TermOccurrence] = []
            let rows = try Row.fetchCursor(query, arguments: [term])
            while let row = try rows.next() {
                occurrences.append(TermOccurrence(episode: row[0], count: UInt8(clamping: row[1] as Int)))
            }
            return occurrences
        }
    }

    /// Terms that are in as many episodes or more: those whose lists take long to read.
    ///
    /// - Throws: what SQLite says.
    func commonTerms(of tenant: TenantID, minimum: Int) throws -> [String] {
        try queue.inDatabase { db in
            guard let table = try vocabulary("row", of: tenant, db) else { return [] }
            return try String.fetchAll(db, sql: "SELECT term FROM \(table) WHERE doc >= ?", arguments: [minimum])
        }
    }

    /// nil when the tenant is gone.
    private func vocabulary(_ kind: String, of tenant: TenantID, _ db: Database) throws -> String? {
        let table = TextTable(tenant: tenant).name
        let name = "temp.\(table)_\(kind)"
        guard try db.tableExists(table) else { return nil }
        try db.cachedStatement(
            sql: "CREATE VIRTUAL TABLE IF NOT EXISTS \(name) USING fts5vocab(main, \(table), \(kind))"
        ).execute()
        return name
    }
}
