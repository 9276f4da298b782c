import Foundation
import GRDB

/// Why a file cannot be restored from.
package struct BackupError: Error, CustomStringConvertible {
    package let description: String
}

extension EpisodeStore {
    /// Writes a copy of the whole database as it is now, while others go on writing.
    ///
    /// - Throws: what SQLite says; `BackupError` when the file exists.
    package func backup(to path: String) async throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw BackupError(description: "'\(path)' exists already; give a new file")
        }
        // VACUUM begins a read transaction of its own: the copy is the database at that moment.
        try await pool.unsafeRead { db in try db.execute(sql: "VACUUM INTO ?", arguments: [path]) }
    }

    /// Puts the contents of a backup in place of the database's, in one transaction that every process sees whole.
    ///
    /// - Throws: `BackupError` when the file is no backup, and nothing was changed.
    package func restore(from path: String) async throws {
        let source = try Self.openBackup(path)
        // Replicas that have the database open notice by the epoch that their vectors are of another one.
        try await source.write { db in
            try db.execute(sql: "UPDATE meta SET value = abs(random() / 2) + 1 WHERE name = 'epoch'")
        }
        let pool = pool
        try await offThePool { try source.backup(to: pool) }
        try source.close()
    }

    /// - Throws: `BackupError` naming what is wrong with the file.
    static func openBackup(_ path: String) throws -> DatabaseQueue {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw BackupError(description: "there is no file '\(path)' that can be read")
        }
        do {
            let source = try DatabaseQueue(path: path)
            let check = try source.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check") }
            guard check == ["ok"] else {
                throw BackupError(description: "the file is damaged: \(check.first ?? "no answer")")
            }
            let isKnown = try source.read { db in try db.tableExists("episodes") && db.tableExists("grdb_migrations") }
            guard isKnown else { throw BackupError(description: "the file is no backup of this service") }
            let isNewer = try source.read { db in try Migrations.migrator.hasBeenSuperseded(db) }
            guard !isNewer else {
                throw BackupError(description: "the backup is of a newer version than this one; upgrade first")
            }
            try Migrations.migrator.migrate(source)
            return source
        } catch let error as DatabaseError {
            throw BackupError(description: "the file is no backup of this service: \(error.message ?? "not SQLite")")
        }
    }
}
