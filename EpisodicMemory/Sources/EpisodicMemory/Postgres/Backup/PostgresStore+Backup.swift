import Foundation
import GRDB

extension PostgresStore {
    /// Rows one statement gives; a backup holds no more in memory.
    private static let batchSize = 256

    func backup(to path: String) async throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw BackupError(description: "'\(path)' exists already; give a new file")
        }
        do {
            try await alone { session in
                // One snapshot for all statements: the copy is the database at its first one.
                try session.transaction("ISOLATION LEVEL REPEATABLE READ READ ONLY") {
                    try Self.write(session, to: path)
                }
            }
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    func restore(from path: String) async throws {
        let source = try EpisodeStore.openBackup(path)
        try await alone { session in
            try session.transaction { try source.read { db in try Self.replaceAll(with: db, session) } }
        }
        try source.close()
    }

    /// On a connection of its own, which the server lets take its time.
    private func alone(_ work: @escaping @Sendable (PostgresSession) throws -> Void) async throws {
        let connection = try await PostgresConnection.open(pool.address, limit: nil) { session in
            try session.script("SET client_encoding = 'UTF8'; SET search_path = episodic_memory, public")
            if self.usesPgVector { try PgVector.setUp(session) }
        }
        defer { connection.close() }
        try await connection.run(work)
    }

    // MARK: PostgreSQL to a file

    private static func write(_ session: PostgresSession, to path: String) throws {
        let file = try DatabaseQueue(path: path)
        try Migrations.migrator.migrate(file)
        try file.write { db in
            for row in try session.query("SELECT id FROM customers") {
                try TextTable(tenant: TenantID(try row.integer(0))).create(db)
            }
            try copy(.customers, from: session, to: db)
            var last: Int64 = 0
            while let batch = try nextEpisodes(after: last, session) {
                for episode in batch { try episode.write(db) }
                last = batch.last?.row ?? last
            }
            for table in PortableTable.others { try copy(table, from: session, to: db) }
            let mark = try session.query(
                """
                SELECT coalesce((SELECT min(episode) - 1 FROM unconsolidated), (SELECT max(id) FROM episodes), 0)
                """
            ).first?.integer(0)
            try db.execute(
                sql: "INSERT OR REPLACE INTO meta (name, value) VALUES ('consolidated', ?)",
                arguments: [mark]
            )
        }
        try file.close()
    }

    private static func nextEpisodes(after row: Int64, _ session: PostgresSession) throws -> [PortableEpisode]? {
        let rows = try session.query(
            """
            SELECT \(PostgresEpisode.columns), e.id, e.tenant, v.space, v.vector
            FROM episodes e LEFT JOIN embeddings v ON v.episode = e.id WHERE e.id > $1 ORDER BY e.id LIMIT $2
            """,
            [.integer(row), .integer(Int64(batchSize))]
        )
        guard !rows.isEmpty else { return nil }
        return try rows.map { row in
            let first = PostgresEpisode.columnCount
            let space = try row.optionalInteger(first + 2)
            let vector = try row.optionalFloats(first + 3)
            return PortableEpisode(
                row: try row.integer(first),
                tenant: TenantID(try row.integer(first + 1)),
                stored: try PostgresEpisode.read(row),
                placed: space.flatMap { space in
                    vector.map { PlacedEmbedding(embedding: Embedding(unit: $0), space: .init(code: space)) }
                }
            )
        }
    }

    private static func copy(_ table: PortableTable, from session: PostgresSession, to db: Database) throws {
        let places = table.columns.map { _ in "?" }.joined(separator: ", ")
        // slipway:allow(sql-injection) names of our schema and numbered places are put in; values are bound
        let insert = try db.makeStatement(sql: "INSERT INTO \(table.name) (\(table.columnList)) VALUES (\(places))")
        for row in try session.query("SELECT \(table.columnList) FROM \(table.name)") {
            let values = try table.columns.enumerated().map { index, column -> (any DatabaseValueConvertible)? in
                switch column.kind {
                case .integer: try row.optionalInteger(index)
                case .text: try row.text(index)
                case .bytes: try row.data(index)
                case .id: Data(try row.id(index).bytes)
                }
            }
            try insert.execute(arguments: StatementArguments(values))
        }
    }

    // MARK: A file to PostgreSQL

    private static func replaceAll(with db: Database, _ session: PostgresSession) throws {
        // Whoever reads or writes meanwhile waits for the end, and then finds the new data.
        try session.script("TRUNCATE episodes, customers CASCADE")
        try copy(.customers, from: db, to: session)
        let mark = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'consolidated'") ?? 0
        var last: Int64 = 0
        while true {
            let batch = try PortableEpisode.read(after: last, limit: batchSize, db)
            guard let row = batch.last?.row else { break }
            for episode in batch { try insert(episode, isNew: episode.row > mark, session) }
            last = row
        }
        for table in PortableTable.others { try copy(table, from: db, to: session) }
        for table in ["episodes", "customers"] {
            _ = try session.query(
                """
                SELECT setval(pg_get_serial_sequence('episodic_memory.\(table)', 'id'),
                    coalesce(max(id), 1), max(id) IS NOT NULL) FROM \(table)
                """
            )
        }
    }

    private static func insert(_ episode: PortableEpisode, isNew: Bool, _ session: PostgresSession) throws {
        let history = episode.stored.history
        let words = PostgresWords.normalized(episode.stored.episode)
        try session.execute(
            """
            INSERT INTO episodes (id, uid, tenant, created_at, \(PostgresEpisode.captured), words, word_count,
                occurrences, last_seen_at, helped, not_helped, uses, last_used_at, archived_at, merged_into,
                resolved_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, words_of($3, $15), $16,
                $17, $18::bigint, $19, $20, $21, $22::bigint, $23::bigint, $24::uuid, $25::uuid)
            """,
            [
                .integer(episode.row), .id(episode.stored.id), .integer(episode.tenant.code),
                .time(episode.stored.createdAt),
            ] + PostgresEpisode.values(of: episode.stored.episode) + [
                .text(words.text), .integer(Int64(words.count)), .integer(Int64(history.occurrences)),
                .optional(history.lastSeenAt), .integer(Int64(history.helped)), .integer(Int64(history.notHelped)),
                .integer(Int64(history.uses)), .optional(history.lastUsedAt), .optional(history.archivedAt),
                .optional(history.mergedInto), .optional(history.resolvedBy),
            ]
        )
        if let placed = episode.placed {
            let isSearched = history.archivedAt == nil
            try PostgresVector.insert(placed, of: episode.row, episode.tenant, isSearched: isSearched, session)
        }
        if isNew {
            try session.execute("INSERT INTO unconsolidated (episode) VALUES ($1)", [.integer(episode.row)])
        }
    }

    private static func copy(_ table: PortableTable, from db: Database, to session: PostgresSession) throws {
        let places = table.columns.enumerated().map { index, column in
            // NULL has no type of its own.
            column.kind == .integer ? "$\(index + 1)::bigint" : "$\(index + 1)"
        }.joined(separator: ", ")
        let insert = "INSERT INTO \(table.name) (\(table.columnList)) VALUES (\(places))"
        let rows = try Row.fetchCursor(db, sql: "SELECT \(table.columnList) FROM \(table.name)")
        while let row = try rows.next() {
            let values = table.columns.enumerated().map { index, column -> PostgresValue in
                switch column.kind {
                case .integer: .optional(row[index] as Int64?)
                case .text: .text(row[index])
                case .bytes: .bytes(row[index])
                case .id: .optional(EpisodeRow.id(row[index]))
                }
            }
            // slipway:allow(sql-injection) names of our schema and numbered places are put in; values are bound
            try session.execute(insert, values)
        }
    }
}
