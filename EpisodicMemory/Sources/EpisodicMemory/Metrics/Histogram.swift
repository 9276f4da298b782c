/// Counts durations in buckets with fixed upper bounds, as Prometheus wants them.
struct Histogram: Sendable {
    /// Seconds. From what a cached health check takes to what a client gives up on.
    static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// One a bound and one for what is above the last; not cumulative.
    private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    private(set) var sum = 0.0

    var count: UInt64 { counts.reduce(0, +) }

    mutating func record(seconds: Double) {
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        counts[bucket] += 1
        sum += seconds
    }
}
