import Logging

/// The episodes in PostgreSQL, for as many replicas on as many hosts as there are.
final class PostgresStore: EpisodeStorage {
    let pool: PostgresPool
    /// Whether the server answers must not wait for requests that do.
    private let healthPool: PostgresPool
    let embedder: Embedder
    let uses = UseRecorder()
    let vocabulary = PostgresVocabulary()
    /// Whether the first pass over vectors is pgvector's; else every code of the tenant is looked at.
    let usesPgVector: Bool

    private init(pool: PostgresPool, healthPool: PostgresPool, embedder: Embedder, usesPgVector: Bool) {
        self.pool = pool
        self.healthPool = healthPool
        self.embedder = embedder
        self.usesPgVector = usesPgVector
    }

    var location: String { pool.address.description }
    var vectorCount: Int? { nil }

    func warmUp() async throws {
        try await check()
    }

    func check() async throws {
        try await healthPool.run { session in _ = try session.query("SELECT 1") }
    }

    func close() async throws {
        try await flushUses()
        pool.close()
        healthPool.close()
    }

    func recordUse(of hits: [SearchHit]) {
        uses.record(hits.map(\.episode))
    }

    // MARK: Opening

    /// Brings the schema up to date, one replica at a time, and makes the pool. With `waits` it goes on trying while no
    /// server answers at all, until the task is cancelled; one that answers and refuses ends it at once.
    static func open(
        _ settings: PostgresSettings,
        embeddings: EmbeddingEndpoint?,
        waits: Bool = false,
        logger: Logger = .silent
    ) async throws -> PostgresStore {
        let connection = try await connect(settings, waits: waits, logger)
        defer { connection.close() }
        let pgVector = try await connection.run { session in try bringUpToDate(session) }
        logger.info("vector index", metadata: ["pgvector": "\(pgVector.isUsed)", "reason": "\(pgVector.reason)"])
        let pool = PostgresPool(settings.address, capacity: settings.poolSize, limit: settings.timeout) { session in
            try setUp(session, timeout: settings.timeout, usesPgVector: pgVector.isUsed)
        }
        return PostgresStore(
            pool: pool,
            healthPool: PostgresPool(settings.address, capacity: 1, limit: min(settings.timeout, .seconds(2))) { _ in },
            embedder: Embedder(endpoint: embeddings),
            usesPgVector: pgVector.isUsed
        )
    }

    private static func connect(_ settings: PostgresSettings, waits: Bool, _ logger: Logger) async throws
        -> PostgresConnection
    {
        let address = settings.address
        while true {
            do {
                return try await PostgresConnection.open(address, limit: nil) { _ in }
            } catch let error as PostgresError where error.kind == .connection && waits {
                guard await !address.isAnswering() else { throw error }
                logger.warning("waiting for the database", metadata: ["error": "\(error)"])
                // Nobody tells when a server starts.
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static func bringUpToDate(_ session: PostgresSession) throws -> (isUsed: Bool, reason: String) {
        guard session.serverVersion >= 140_000 else {
            throw StorageError.unsuitable("the server is older than PostgreSQL 14")
        }
        let encoding = try session.query("SELECT current_setting('server_encoding')").first?.text(0) ?? ""
        guard encoding == "UTF8" else {
            throw StorageError.unsuitable("the database is encoded in \(encoding); make one with ENCODING 'UTF8'")
        }
        try session.script("SET client_encoding = 'UTF8'")
        // A migration of much data takes its time. The server drops the lock with the connection of who holds it.
        try session.script("SET lock_timeout = '10min'")
        do {
            _ = try session.query(
                "SELECT pg_advisory_lock($1)::text",
                [.integer(PostgresMigrations.Lock.migration)]
            )
        } catch let error as PostgresError where error.code == "55P03" {
            throw StorageError.unsuitable("another replica has been migrating the database for ten minutes")
        }
        try session.script("SET lock_timeout = 0")
        try PostgresMigrations.migrate(session)
        return try PgVector.adopt(session)
    }

    private static func setUp(_ session: PostgresSession, timeout: Duration, usesPgVector: Bool) throws {
        let milliseconds = Int(timeout / .milliseconds(1))
        try session.script(
            """
            SET client_encoding = 'UTF8';
            SET search_path = episodic_memory, public;
            SET statement_timeout = \(milliseconds);
            SET idle_in_transaction_session_timeout = \(milliseconds * 2)
            """
        )
        if usesPgVector { try PgVector.setUp(session) }
        // The server ends what takes too long, with words; this is for a server that is gone.
        session.limit = timeout + .seconds(2)
    }
}

extension Logger {
    /// For commands, whose output is for people.
    static let silent = Logger(label: "", factory: { _ in SwiftLogNoOpLogHandler() })
}
