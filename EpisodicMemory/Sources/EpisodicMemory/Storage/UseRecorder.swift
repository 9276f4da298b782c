import Synchronization

/// Gathers which episodes were given out, and writes it down from time to time: a search must not wait for the disk,
/// and the figure only moves what fades.
final class UseRecorder: Sendable {
    struct Use {
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

    /// What was gathered since the last time; it is the caller's now.
    func take() -> [Int64: Use] {
        uses.withLock { uses in
            defer { uses = [:] }
            return uses
        }
    }
}
