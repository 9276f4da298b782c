import Synchronization

/// Where the process is between its start and its end. Only ever moves forward.
package final class Lifecycle: Sendable {
    package enum Phase: UInt8, Sendable {
        /// Listening, the database is not open yet.
        case starting
        case ready
        /// Still serving, and asking everyone to go elsewhere.
        case draining

        var name: String {
            switch self {
            case .starting: "starting"
            case .ready: "ready"
            case .draining: "draining"
            }
        }

        var explanation: String {
            switch self {
            case .starting: "the database is not open yet"
            case .ready: "ready"
            case .draining: "the process is about to stop"
            }
        }
    }

    private let state = Atomic<UInt8>(Phase.starting.rawValue)
    private let start = ContinuousClock.now

    package init() {}

    package var phase: Phase { Phase(rawValue: state.load(ordering: .acquiring)) ?? .draining }

    package var uptime: Duration { start.duration(to: .now) }

    /// The database is open. A process that is already draining stays so.
    func becomeReady() {
        _ = state.compareExchange(
            expected: Phase.starting.rawValue,
            desired: Phase.ready.rawValue,
            ordering: .acquiringAndReleasing
        )
    }

    package func beginDraining() {
        state.store(Phase.draining.rawValue, ordering: .releasing)
    }
}
