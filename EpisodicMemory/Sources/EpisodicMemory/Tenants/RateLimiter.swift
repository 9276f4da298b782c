import Synchronization

/// A bucket of requests for each key, which fills again at the rate the customer may use. A minute's worth may come
/// at once. The counts are this process' own: with several replicas the limit holds for each.
final class RateLimiter: Sendable {
    private struct Bucket {
        var level: Double
        var filledAt: ContinuousClock.Instant
    }

    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Returns: nil when the request may pass, else the seconds until one may.
    func take(key: String, perMinute: Int, now: ContinuousClock.Instant = .now) -> Int? {
        let rate = Double(perMinute) / 60
        return buckets.withLock { buckets in
            var bucket = buckets[key] ?? Bucket(level: Double(perMinute), filledAt: now)
            let elapsed = bucket.filledAt.duration(to: now) / .seconds(1)
            bucket.level = min(Double(perMinute), bucket.level + max(0, elapsed) * rate)
            bucket.filledAt = now
            defer { buckets[key] = bucket }
            guard bucket.level >= 1 else { return max(1, Int(((1 - bucket.level) / rate).rounded(.up))) }
            bucket.level -= 1
            return nil
        }
    }
}
