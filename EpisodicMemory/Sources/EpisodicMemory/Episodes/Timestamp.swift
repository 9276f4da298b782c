import Foundation

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// RFC 3339 with an offset, such as `2026-11-23T18:05:00Z`; nil for anything else.
    package init?(_ text: String) {
        let date = /(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[Tt](?<rest>.+)/.asciiOnlyDigits()
        let clock = /(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d+))?(?<offset>[Zz]|[+\-]\d\d:\d\d)/
            .asciiOnlyDigits()
        guard let date = text.wholeMatch(of: date), let clock = String(date.rest).wholeMatch(of: clock),
            let year = Int64(date.year), let month = Int64(date.month), let day = Int64(date.day),
            let hour = Int64(clock.hour), let minute = Int64(clock.minute), let second = Int64(clock.second),
            hour < 24, minute < 60, second <= 60, let offset = Self.minutes(clock.offset)
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        guard Self.civilDate(daysSince1970: days) == (year, month, day) else { return nil }
        let fraction = Int64(((clock.fraction ?? "") + "000").prefix(3)) ?? 0
        let minutes = days * 1440 + hour * 60 + minute - offset
        self.init(milliseconds: (minutes * 60 + second) * 1000 + fraction)
    }

    /// East of UTC.
    private static func minutes(_ offset: Substring) -> Int64? {
        if offset == "Z" || offset == "z" { return 0 }
        guard let hours = Int64(offset.dropFirst().prefix(2)), let minutes = Int64(offset.suffix(2)),
            hours < 24, minutes < 60
        else { return nil }
        return (offset.hasPrefix("-") ? -1 : 1) * (hours * 60 + minutes)
    }

    /// The inverse of `civilDate(daysSince1970:)`, for days that exist.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.quotientAndFloorRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// RFC 3339 in UTC with milliseconds.
    package var description: String {
        let (_, time) = milliseconds.quotientAndFloorRemainder(dividingBy: 86_400_000)
        let (year, month, day) = civilDate
        func digits(_ value: Int64, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
        let clock =
            "\(digits(time / 3_600_000, 2)):\(digits(time / 60_000 % 60, 2)):\(digits(time / 1000 % 60, 2))"
        return "\(date)T\(clock).\(digits(time % 1000, 3))Z"
    }

    /// Year, month and day in UTC.
    var civilDate: (year: Int64, month: Int64, day: Int64) {
        Self.civilDate(daysSince1970: milliseconds.quotientAndFloorRemainder(dividingBy: 86_400_000).0)
    }

    /// The proleptic Gregorian date, by counting years from March so that the leap day comes last.
    private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (daysSince1970 + 719_468).quotientAndFloorRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    fileprivate func quotientAndFloorRemainder(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
