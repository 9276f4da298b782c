import Core
import Foundation
import GRDB

/// The history of this project on this machine: runs, jobs, steps, approvals and events, in one SQLite file.
///
/// Several processes may use the same file at once: it is in WAL mode, writers wait for one another, and readers never
/// block. Everything written has passed the masker of the run it belongs to; the journal itself masks nothing.
package final class Journal: Sendable {
    private let pool: DatabasePool

    /// Opens the journal, making it and its folder where missing, and brings its schema up to date.
    ///
    /// - Throws: `SlipwayError` (`.external`) when the file cannot be opened, is damaged, or was written by a newer
    ///   Slipway.
    package init(at url: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            // Switching to WAL and migrating must not race with another process that does the same.
            let lock = url.deletingLastPathComponent().appending(path: "journal.lock")
            pool = try FileLock.hold(lock) { try Self.open(at: url) }
        } catch let error as DatabaseError {
            throw SlipwayError(
                .external,
                "Cannot open the journal \(url.path)",
                why: error.message ?? "SQLite error \(error.resultCode.rawValue)",
                next: "Check that the disk is not full and the folder is writable."
            )
        }
    }

    private static func open(at url: URL) throws -> DatabasePool {
        let pool = try DatabasePool(path: url.path, configuration: configuration)
        let migrator = JournalSchema.migrator
        if try pool.read(migrator.hasBeenSuperseded) {
            throw SlipwayError(
                .external,
                "The journal \(url.path) was written by a newer Slipway",
                next: "Use that version, or move the file away to start a new journal."
            )
        }
        try migrator.migrate(pool)
        return pool
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.busyMode = .timeout(30)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { database in
            // A crash of the machine may lose the last commits in WAL mode with NORMAL, never the file's integrity;
            // what must not be lost after a crash is recorded in the environment's cluster (design decision 6).
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        return configuration
    }

    /// Reads in a snapshot: what other processes write meanwhile is not seen.
    package func read<Value: Sendable>(
        _ value: @Sendable @escaping (Database) throws -> Value
    ) async throws -> Value {
        try await pool.read(value)
    }

    /// Writes in one transaction: all of it or nothing.
    @discardableResult
    package func write<Value: Sendable>(
        _ updates: @Sendable @escaping (Database) throws -> Value
    ) async throws -> Value {
        try await pool.write(updates)
    }
}
