/// A POSIX cron expression of five fields, as GitHub takes it.
package struct CronSchedule: Sendable {
    package struct Problem: Error, Sendable, Hashable {
        let message: String
        let help: String?
    }

    package let minutes: Set<Int>
    package let hours: Set<Int>
    package let days: Set<Int>
    package let months: Set<Int>
    /// 0 is Sunday.
    package let weekdays: Set<Int>
    /// Whether the day of the month or of the week is `*`: with both restricted, either one is enough.
    private let anyDay: Bool
    private let anyWeekday: Bool

    private struct Field {
        let title: String
        let range: ClosedRange<Int>
        var names: [String] = []
    }

    private static let fields = [
        Field(title: "minute", range: 0...59),
        Field(title: "hour", range: 0...23),
        Field(title: "day of the month", range: 1...31),
        Field(
            title: "month",
            range: 1...12,
            names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        ),
        Field(title: "day of the week", range: 0...6, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ]

    /// - Throws: `CronSchedule.Problem`.
    package init(_ text: String) throws {
        if text.hasPrefix("@") {
            throw Problem(message: "GitHub does not know \(text)", help: "Write five fields, such as '0 0 * * *'.")
        }
        let parts = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard parts.count == 5 else {
            throw Problem(
                message: "it has \(parts.count) fields instead of 5",
                help: "The fields are minute, hour, day of the month, month, day of the week."
            )
        }
        let sets = try zip(parts, Self.fields).map { try Self.read($0, $1) }
        minutes = sets[0]
        hours = sets[1]
        days = sets[2]
        months = sets[3]
        weekdays = sets[4]
        anyDay = parts[2].hasPrefix("*")
        anyWeekday = parts[4].hasPrefix("*")
    }

    private static func read(_ text: String, _ field: Field) throws -> Set<Int> {
        var result: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let base = pieces.first, pieces.count <= 2 else { throw invalid(part, field) }
            var step = 1
            if pieces.count == 2 {
                guard let number = Int(pieces[1]), number > 0 else {
                    throw Problem(message: "\"\(part)\": a step must be a number above 0", help: nil)
                }
                step = number
            }
            let range: ClosedRange<Int>
            if base == "*" {
                range = field.range
            } else {
                let ends = base.split(separator: "-", omittingEmptySubsequences: false)
                guard ends.count <= 2 else { throw invalid(part, field) }
                let values = try ends.map { try value($0, field) }
                let first = values[0]
                let last = values.count == 2 ? values[1] : pieces.count == 2 ? field.range.upperBound : first
                guard first <= last else {
                    throw Problem(message: "\"\(part)\": the range runs backwards", help: nil)
                }
                range = first...last
            }
            result.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
        }
        return result
    }

    private static func value(_ text: Substring, _ field: Field) throws -> Int {
        if let position = field.names.firstIndex(of: text.uppercased()) { return position + field.range.lowerBound }
        guard let number = Int(text), text.allSatisfy(\.isNumber) else { throw invalid(text, field) }
        guard field.range.contains(number) else {
            throw Problem(
                message: "\(number) is no \(field.title)",
                help: "It goes from \(field.range.lowerBound) to \(field.range.upperBound)."
            )
        }
        return number
    }

    private static func invalid(_ text: Substring, _ field: Field) -> Problem {
        Problem(message: "\"\(text)\" is no \(field.title)", help: nil)
    }

    /// Whether the schedule is due.
    package func matches(minute: Int, hour: Int, day: Int, month: Int, weekday: Int) -> Bool {
        guard minutes.contains(minute), hours.contains(hour), months.contains(month) else { return false }
        if anyDay || anyWeekday { return days.contains(day) && weekdays.contains(weekday) }
        return days.contains(day) || weekdays.contains(weekday)
    }

    /// The smallest number of minutes between two runs.
    var smallestGap: Int {
        let sorted = minutes.sorted()
        var gap = zip(sorted, sorted.dropFirst()).map { $1 - $0 }.min() ?? 60
        if let first = sorted.first, let last = sorted.last, hasNeighbouringHours {
            gap = min(gap, first + 60 - last)
        }
        return gap
    }

    private var hasNeighbouringHours: Bool { hours.contains { hours.contains(($0 + 1) % 24) } }

    /// Whether any year has such a day.
    var isPossible: Bool {
        if !anyWeekday { return true }
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return months.contains { month in days.contains { $0 <= lengths[month - 1] } }
    }
}
