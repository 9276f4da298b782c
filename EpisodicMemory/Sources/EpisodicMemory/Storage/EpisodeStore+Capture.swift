import Foundation
import GRDB

/// What a capture came to.
package struct CaptureResult: Sendable, Equatable {
    package let id: EpisodeID
    package let createdAt: Timestamp
    /// False when the idempotency key was there already.
    package let isNew: Bool
}

extension EpisodeStore {
    /// Stores an episode and returns once it is on the disk.
    package func capture(_ episode: Episode, idempotencyKey: String? = nil) async throws -> CaptureResult {
        let now = Timestamp.now()
        let id = EpisodeID.make(at: now)
        let values = EpisodeRow.values(of: episode)
        return try await writes.commit { db in
            if let idempotencyKey, let earlier = try Self.capture(of: idempotencyKey, in: db) { return earlier }
            let insert = try db.cachedStatement(sql: EpisodeRow.insert)
            try insert.execute(
                arguments: [Data(id.bytes), now.milliseconds] + values + [idempotencyKey]
            )
            return CaptureResult(id: id, createdAt: now, isNew: true)
        }
    }

    private static func capture(of key: String, in db: Database) throws -> CaptureResult? {
        let query = try db.cachedStatement(sql: "SELECT uid, created_at FROM episodes WHERE idempotency_key = ?")
        guard let row = try Row.fetchOne(query, arguments: [key]), let id = EpisodeRow.id(row[0]) else { return nil }
        return CaptureResult(id: id, createdAt: Timestamp(milliseconds: row[1]), isNew: false)
    }
}
