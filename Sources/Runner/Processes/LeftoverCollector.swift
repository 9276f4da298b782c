import Core
import Foundation
import Synchronization

/// Ends what jobs left running, for all jobs of a run together: looking through all processes of the machine costs
/// milliseconds, which a thousand short jobs should not pay one by one.
final class LeftoverCollector: Sendable {
    private struct State {
        var wanted: Set<String> = []
        var lastLook: ContinuousClock.Instant?
    }

    /// How soon after one look the next may follow.
    private static let interval = Duration.milliseconds(100)

    private let state = Mutex(State())

    /// Wants the processes with this tracking id ended, at once where nothing was looked for lately.
    func add(trackingId: String) {
        let isDue = state.withLock { state in
            state.wanted.insert(trackingId)
            return state.lastLook.map { $0 + Self.interval <= .now } ?? true
        }
        if isDue { collect() }
    }

    /// Ends all that is wanted.
    func collect() {
        let wanted = state.withLock { state in
            defer { state.wanted = [] }
            state.lastLook = .now
            return state.wanted
        }
        if !wanted.isEmpty { _ = OrphanReaper.reap(trackingIds: wanted) }
    }
}
