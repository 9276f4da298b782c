import Foundation

/// The API's two time formats: `Time` (RFC 3339, whole seconds, UTC) and `MicroTime` (six digits of a second).
package enum KubernetesTime {
    /// Reads RFC 3339 with or without a fraction and with any offset; nil for anything else.
    package static func parse(_ text: String?) -> Date? {
        guard
            let match = text?.wholeMatch(
                of: /(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))/
            )
        else { return nil }
        let fields = [match.1, match.2, match.3, match.4, match.5, match.6].compactMap { Int($0) }
        guard fields.count == 6, (1...12).contains(fields[1]), (1...31).contains(fields[2]), fields[3] < 24,
            fields[4] < 60, fields[5] <= 60
        else { return nil }
        var seconds = days(year: fields[0], month: fields[1], day: fields[2]) * 86_400
        seconds += fields[3] * 3600 + fields[4] * 60 + fields[5]
        if let sign = match.8, let hours = match.9.flatMap({ Int($0) }), let minutes = match.10.flatMap({ Int($0) }) {
            seconds -= (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
        }
        let fraction = match.7.flatMap { Double("0\($0)") } ?? 0
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    /// `2026-11-23T11:20:58Z`: the fraction is cut off, as the API does.
    package static func text(_ date: Date) -> String {
        civil(seconds: Int(date.timeIntervalSince1970.rounded(.down))) + "Z"
    }

    /// `2026-11-23T11:00:00.000000Z`, as Leases and newer Events write.
    package static func microText(_ date: Date) -> String {
        let micros = Int((date.timeIntervalSince1970 * 1_000_000).rounded())
        let seconds = Int((Double(micros) / 1_000_000).rounded(.down))
        let rest = String(micros - seconds * 1_000_000)
        return civil(seconds: seconds) + "." + String(repeating: "0", count: 6 - rest.count) + rest + "Z"
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(seconds: Int) -> String {
        let day = Int((Double(seconds) / 86_400).rounded(.down))
        let time = seconds - day * 86_400
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return padded(year, 4) + "-" + padded(month) + "-" + padded(dayOfMonth) + "T" + padded(time / 3600) + ":"
            + padded(time / 60 % 60) + ":" + padded(time % 60)
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
