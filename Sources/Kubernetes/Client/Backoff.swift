/// Growing, jittered pauses between attempts.
struct Backoff: Sendable {
    let first: Duration
    let limit: Duration
    private var attempt = 0

    init(first: Duration = .milliseconds(200), limit: Duration = .seconds(10)) {
        self.first = first
        self.limit = limit
    }

    /// The next pause: doubled each time, at most `limit`, of which a random half is left out, so that many clients
    /// do not come back at once.
    mutating func next() -> Duration {
        let factor = 1 << min(attempt, 16)
        attempt += 1
        return min(first * factor, limit) * Double.random(in: 0.5...1)
    }

    mutating func reset() { attempt = 0 }
}
