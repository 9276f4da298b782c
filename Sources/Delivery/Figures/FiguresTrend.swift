import Foundation
import Journal

/// How a period is cut for a chart: days in a month, weeks in a year, months beyond.
enum FiguresTrend {
    private static let day: TimeInterval = 86_400

    /// Consecutive parts of a period, the oldest first. They are counted back from its end, so that the newest is whole
    /// and the oldest may be shorter.
    static func parts(from: Date, to: Date) -> [Range<Date>] {
        let days = to.timeIntervalSince(from) / day
        let length = days <= 31 ? day : days <= 400 ? 7 * day : 30 * day
        var parts: [Range<Date>] = []
        var end = to
        while end > from {
            let start = max(from, end.addingTimeInterval(-length))
            parts.append(start..<end)
            end = start
        }
        return parts.reversed()
    }
}
