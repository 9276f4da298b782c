import Foundation

/// `episodic-memory-api backup FILE` and `restore FILE`, on the database of DATA_DIR, served or not.
enum BackupCommand {
    static func backup(to path: String, _ configuration: Configuration) async throws {
        let store = try await configuration.openStorage()
        try await store.backup(to: path)
        try await store.close()
        print("backed up '\(store.location)' to '\(path)'")
    }

    static func restore(from path: String, _ configuration: Configuration) async throws {
        let store = try await configuration.openStorage()
        // The file stays as it is: restoring brings its schema up to date, in a copy.
        let copy = "\(configuration.dataDirectory)/\(UUID().uuidString).restore"
        defer {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                try? FileManager.default.removeItem(atPath: copy + suffix)
            }
        }
        do {
            try FileManager.default.copyItem(atPath: path, toPath: copy)
        } catch {
            throw BackupError(description: "'\(path)' cannot be read: \(error.localizedDescription)")
        }
        try await store.restore(from: copy)
        try await store.close()
        print("restored '\(store.location)' from '\(path)'")
    }
}
