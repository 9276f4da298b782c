import Foundation
import Logging

extension Configuration {
    /// Opens the database these settings name, making what is not there, and brings its schema up to date.
    /// With `waits` it goes on trying while a database server does not answer.
    func openStorage(waiting waits: Bool = false, logger: Logger = .silent) async throws -> any EpisodeStorage {
        if let database {
            return try await PostgresStore.open(database, embeddings: embeddings, waits: waits, logger: logger)
        }
        try NetworkFileSystem.refuse(dataDirectory)
        return try await EpisodeStore.open(self)
    }

    /// Where a backup is put together. With PostgreSQL there may be no data directory.
    var spoolDirectory: String {
        database == nil ? dataDirectory : NSTemporaryDirectory()
    }
}
