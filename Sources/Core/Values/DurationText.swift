package import Foundation

/// Times as people write them: `5m`, `90s`, `1h30m`, `250ms`.
package enum DurationText {
    private static let units: [(name: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
    ]

    /// Seconds; nil where the text is no duration. A bare number has no unit and is refused, except `0`.
    package static func parse(_ text: String) -> TimeInterval? {
        if text == "0" { return 0 }
        var rest = Substring(text)
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let amount = Double(digits), !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            guard let unit = units.first(where: { $0.name == name }) else { return nil }
            total += amount * unit.seconds
            rest = rest.dropFirst(name.count)
        }
        return text.isEmpty || !total.isFinite || total > 1e9 ? nil : total
    }

    /// `4 min 30 s`, `12 s`, `0.4 s`, `3 d 2 h`: at most two units.
    package static func format(_ seconds: TimeInterval) -> String {
        if seconds < 10 {
            let text = String(format: "%.1f", max(0, seconds))
            return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " s"
        }
        let whole = Int(min(seconds.rounded(), 1e12))
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s"
        case ..<86_400:
            let minutes = whole % 3600 / 60
            return minutes == 0 ? "\(whole / 3600) h" : "\(whole / 3600) h \(minutes) min"
        default:
            let hours = whole % 86_400 / 3600
            return hours == 0 ? "\(whole / 86_400) d" : "\(whole / 86_400) d \(hours) h"
        }
    }
}
