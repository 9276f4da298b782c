import GRDB
import Synchronization

/// Gathers which episodes were given out, and writes it down little by little: a search must not wait for the disk,
/// and the figures only move what fades. A killed process loses those that were still to be written.
final class UseRecorder: Sendable {
    private struct Use {
        var count = 0
        var last = Timestamp(milliseconds: 0)
    }

    /// Episodes that are held; a use of others is not counted until some are written.
    private static let capacity = 65_536
    /// Episodes written at once: each is a page of the disk, and captures go first.
    static let batchSize = 256

    private let uses = Mutex<[Int64: Use]>([:])

    func record(_ episodes: [Int64]) {
        let now = Timestamp.now()
        uses.withLock { uses in
            for episode in episodes where uses[episode] != nil || uses.count < Self.capacity {
                uses[episode, default: Use()].count += 1
                uses[episode]?.last = now
            }
        }
    }

    /// Writes a batch.
    ///
    /// - Returns: whether there are more.
    /// - Throws: what SQLite says; what was gathered of the batch is then lost.
    @discardableResult
    func flush(to writes: GroupCommitter) async throws -> Bool {
        let (batch, isMore) = uses.withLock { uses in
            let batch = Array(uses.prefix(Self.batchSize))
            for (episode, _) in batch { uses[episode] = nil }
            return (batch, !uses.isEmpty)
        }
        guard !batch.isEmpty else { return false }
        try await writes.commit { db in
            let update = try db.cachedStatement(
                sql: "UPDATE episodes SET uses = uses + ?, last_used_at = max(ifnull(last_used_at, 0), ?) WHERE id = ?"
            )
            for (episode, use) in batch {
                try update.execute(arguments: [use.count, use.last.milliseconds, episode])
            }
        }
        return isMore
    }
}
