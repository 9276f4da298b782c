import Foundation

/// An exclusive lock on a file of the data directory, held while one process opens and migrates the database.
/// The system drops it when the process ends, however it ends.
struct MigrationLock: ~Copyable {
    private let descriptor: Int32

    /// Waits for other processes.
    ///
    /// - Throws: `StorageError` when the file cannot be made, or the others take longer than `limit`.
    static func take(in directory: String, limit: Duration = .seconds(60)) async throws -> MigrationLock {
        let path = directory + "/migration.lock"
        let descriptor = Foundation.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw StorageError.cannotOpen(path, reason: String(cString: strerror(errno))) }
        let deadline = ContinuousClock.now + limit
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno
            guard reason == EWOULDBLOCK || reason == EINTR, ContinuousClock.now < deadline, !Task.isCancelled else {
                Foundation.close(descriptor)
                throw reason == EWOULDBLOCK
                    ? StorageError.lockedTooLong(path) : .cannotOpen(path, reason: String(cString: strerror(reason)))
            }
            // The system tells nobody when a file lock is free; it is held for milliseconds.
            try? await Task.sleep(for: .milliseconds(20))
        }
        return MigrationLock(descriptor: descriptor)
    }

    deinit {
        Foundation.close(descriptor)
    }
}

/// Why the data cannot be used.
package enum StorageError: Error, CustomStringConvertible {
    case cannotOpen(String, reason: String)
    case lockedTooLong(String)
    /// The database server cannot serve this.
    case unsuitable(String)
    /// The folder is on a file system that replicas on several hosts may share, which SQLite must not.
    case onNetwork(String, kind: String)

    package var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "cannot open '\(path)': \(reason); DATA_DIR must name a folder this user may write to"
        case .lockedTooLong(let path):
            "another process has held '\(path)' for a minute; it may be stuck in a migration"
        case .unsuitable(let reason): "the database cannot be used: \(reason)"
        case .onNetwork(let path, let kind):
            "DATA_DIR '\(path)' is on \(kind), where SQLite loses data; keep it on a disk of this host,"
                + " or set DATABASE_URL: replicas on more than one host need PostgreSQL"
        }
    }
}
