import Synchronization

/// Gathers which episodes were given out, and writes it down little by little: a search must not wait for the disk,
/// and the figures only move what fades. A killed process loses those that were still to be written.
final class UseRecorder: Sendable {
    struct Use {
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

    /// What was gathered since the last time, of `limit` episodes at most; it is the caller's now.
    func take(_ limit: Int = .max) -> [Int64: Use] {
        uses.withLock { uses in
            guard uses.count > limit else {
                defer { uses = [:] }
                return uses
            }
            let taken = Dictionary(uniqueKeysWithValues: uses.prefix(limit).map { ($0, $1) })
            for episode in taken.keys { uses[episode] = nil }
            return taken
        }
    }
}
