import GRDB
import Synchronization

/// Gathers which episodes were given out, and writes it down from time to time: a search must not wait for the disk,
/// and the figure only moves what fades.
final class UseRecorder: Sendable {
    private struct Use {
        var count = 0
        var last = Timestamp(milliseconds: 0)
    }

    private static let capacity = 10_000

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

    /// - Throws: what SQLite says; what was gathered is then lost.
    func flush(to writes: GroupCommitter) async throws {
        let gathered = uses.withLock { uses in
            defer { uses = [:] }
            return uses
        }
        guard !gathered.isEmpty else { return }
        try await writes.commit { db in
            let update = try db.cachedStatement(
                sql: "UPDATE episodes SET uses = uses + ?, last_used_at = max(ifnull(last_used_at, 0), ?) WHERE id = ?"
            )
            for (episode, use) in gathered {
                try update.execute(arguments: [use.count, use.last.milliseconds, episode])
            }
        }
    }
}
