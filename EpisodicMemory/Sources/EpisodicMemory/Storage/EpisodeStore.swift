import Foundation
import GRDB

/// The episodes in SQLite. Several processes may have the same database open.
package final class EpisodeStore: Sendable {
    let pool: DatabasePool
    let writes: GroupCommitter
    let searches: SearchQueue
    let index: MemoryIndex
    let uses = UseRecorder()
    let limiter = RateLimiter()
    let embedder: Embedder
    /// The folder of the database.
    let location: String

    /// Connections that read at once; one is left for what is no search.
    private static let readers = 4

    private init(pool: DatabasePool, index: MemoryIndex, embedder: Embedder, location: String) {
        self.location = location
        self.embedder = embedder
        self.pool = pool
        self.index = index
        self.writes = GroupCommitter(writer: pool, index: index)
        let width = max(1, min(Self.readers, ProcessInfo.processInfo.activeProcessorCount) - 1)
        self.searches = SearchQueue(pool: pool, index: index, width: width)
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
        let path = directory + "/episodes.sqlite"
        let pool = try DatabasePool(
            path: path,
            configuration: sqliteConfiguration(durability: configuration.durability)
        )
        try Migrations.migrator.migrate(pool)
        _ = consume lock
        return EpisodeStore(
            pool: pool,
            index: try MemoryIndex(path: path),
            embedder: Embedder(endpoint: configuration.embeddings),
            location: directory
        )
    }

    /// Writes down what is only in memory, then closes.
    package func close() async throws {
        while try await flushSomeUses() {}
        try index.close()
        try pool.close()
    }

    /// Reads the index into memory, so that the first search does not have to.
    func warmUp() async throws {
        try await offThePool { [index, pool] in
            try index.refresh(pool)
            try index.readCommonWords()
        }
    }

    /// Runs what blocks for long elsewhere than on the threads that serve requests.
    func offThePool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
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
        configuration.maximumReaderCount = Self.readers
        configuration.label = "episodes"
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA synchronous = \(durability.rawValue);
                    PRAGMA temp_store = memory;
                    PRAGMA cache_size = -65536;
                    -- A mapping is thrown away whenever someone has written, and must be faulted in again.
                    PRAGMA mmap_size = 0;
                    """
            )
        }
        return configuration
    }
}
