import Foundation

/// How long to wait before the next attempt: 10 s, doubling to 5 min; forgotten after ten good minutes.
///
/// The same rules as client-go's `flowcontrol.Backoff`, which the kubelet uses for restarts and for image pulls.
struct BackOff: Sendable, Hashable {
    static let initial = 10.0
    static let maximum = 300.0

    /// Seconds; 0 before the first attempt.
    private(set) var delay = 0.0
    private var updated: Date?

    /// When the next attempt may be made after a failure at `failure`; nil if at once.
    func nextAttempt(after failure: Date, now: Date) -> Date? {
        guard let updated, failure.timeIntervalSince(updated) <= 2 * Self.maximum else { return nil }
        let due = failure.addingTimeInterval(delay)
        return due > now ? due : nil
    }

    /// Notes that an attempt is made now, after a failure at `failure`.
    mutating func attempt(after failure: Date, now: Date) {
        if let updated, failure.timeIntervalSince(updated) <= 2 * Self.maximum {
            delay = min(delay * 2, Self.maximum)
        } else {
            delay = Self.initial
        }
        updated = now
    }

    /// `10s`, `1m20s`: as Go writes it.
    var text: String {
        let seconds = Int(delay)
        return seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    }
}
