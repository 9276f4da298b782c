/// Time that only goes on, whatever somebody sets the clock to.
package struct MonotonicTime: Sendable {
    package var now: @Sendable () -> ContinuousClock.Instant
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    package static let continuous = MonotonicTime(
        now: { ContinuousClock.now },
        sleep: { try await ContinuousClock().sleep(for: $0) }
    )
}
