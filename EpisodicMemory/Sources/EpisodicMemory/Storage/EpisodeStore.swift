import Foundation
import GRDB

/// The episodes in SQLite. Several processes may have the same database open.
package final class EpisodeStore: Sendable {
    let pool: DatabasePool
    let writes: GroupCommitter
    let index = VectorIndex()
    let vocabulary = Vocabulary()
    let uses = UseRecorder()
    let limiter = RateLimiter()
    let embedder: Embedder
    /// The folder of the database.
    let location: String

    private init(pool: DatabasePool, embedder: Embedder, location: String) {
        self.location = location
        self.embedder = embedder
        self.pool = pool
        self.writes = GroupCommitter(writer: pool)
    }

    /// Opens the database in the data directory, making both when they are not there, and brings its schema up to
    /// date. One process at a time does so.
    ///
    /// - Throws: `StorageError`, or what SQLite says.
    package static func open(_ configuration: Configuration) async throws -> EpisodeStore {
        let directory = configuration.dataDirectory
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw StorageError.cannotOpen(directory, reason: error.localizedDescription)
        }
        let lock = try await MigrationLock.take(in: directory)
        let pool = try DatabasePool(
            path: directory + "/episodes.sqlite",
            configuration: sqliteConfiguration(durability: configuration.durability)
        )
        try Migrations.migrator.migrate(pool)
        _ = consume lock
        return EpisodeStore(pool: pool, embedder: Embedder(endpoint: configuration.embeddings), location: directory)
    }

    /// Writes down what is only in memory, then closes.
    package func close() async throws {
        try await flushUses()
        try pool.close()
    }

    /// Reads all vectors into memory, so that the first search does not have to.
    func warmUp() async throws {
        _ = try await pool.read { [index] db in
            try index.snapshot(.init(tenant: .single, space: .featureHashing), db)
        }
    }

    func recordUse(of hits: [SearchHit]) {
        uses.record(hits.map(\.episode))
    }

    /// - Throws: what SQLite says when it cannot answer a query.
    func check() async throws {
        _ = try await pool.read { db in try Int.fetchOne(db, sql: "SELECT 1") }
    }

    private static func sqliteConfiguration(durability: Configuration.Durability) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        // Another process may be writing; its transactions are short.
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        configuration.label = "episodes"
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA synchronous = \(durability.rawValue);
                    PRAGMA temp_store = memory;
                    PRAGMA cache_size = -65536;
                    PRAGMA mmap_size = 1073741824;
                    """
            )
        }
        return configuration
    }
}
