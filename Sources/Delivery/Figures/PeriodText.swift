import Core
import Foundation

/// The beginning of a period as people write it: `90d`, `2w`, `36h`, `2026-09-01`, `2026-09-01T08:00:00Z`.
package enum PeriodText {
    /// The moment that the text stands for; nil where it is none, or lies after `now`.
    package static func start(_ text: String, now: Date) -> Date? {
        let start =
            // The strategy for a day takes a whole moment too, and forgets its time: the moment is tried first.
            if let moment = try? Date(text, strategy: .iso8601) {
                moment
            } else if let day = try? Date(text, strategy: .iso8601.year().month().day()) {
                day
            } else {
                length(text).map { now.addingTimeInterval(-$0) }
            }
        return start.flatMap { $0 < now ? $0 : nil }
    }

    private static func length(_ text: String) -> TimeInterval? {
        if text.hasSuffix("w"), let weeks = Double(text.dropLast()), weeks.isFinite { return weeks * 7 * 86_400 }
        return DurationText.parse(text)
    }
}
