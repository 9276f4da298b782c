import Foundation

/// Time, passed in: two clocks and a way to wait.
package struct ReleaseClock: Sendable {
    /// For records that people read.
    package let date: @Sendable () -> Date
    /// Seconds that never go back, for limits.
    package let seconds: @Sendable () -> TimeInterval
    /// Throws `CancellationError` when the task is cancelled meanwhile.
    package let sleep: @Sendable (TimeInterval) async throws -> Void

    package init(
        date: @escaping @Sendable () -> Date,
        seconds: @escaping @Sendable () -> TimeInterval,
        sleep: @escaping @Sendable (TimeInterval) async throws -> Void
    ) {
        self.date = date
        self.seconds = seconds
        self.sleep = sleep
    }

    package static let system: ReleaseClock = {
        let start = ContinuousClock.now
        return ReleaseClock(
            date: { Date() },
            seconds: { (ContinuousClock.now - start) / .seconds(1) },
            sleep: { try await Task.sleep(for: .seconds($0)) }
        )
    }()
}
