import Foundation

/// Durations as people read them: `0.4s`, `12s`, `3m 05s`, `1h 02m`.
enum DurationFormat {
    static func text(_ seconds: TimeInterval) -> String {
        let seconds = max(0, seconds)
        if seconds < 9.95 { return "\((seconds * 10).rounded() / 10)s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m \(twoDigits(whole % 60))s" }
        return "\(whole / 3600)h \(twoDigits(whole / 60 % 60))m"
    }

    static func text(from start: Date?, to end: Date?) -> String {
        guard let start, let end else { return "" }
        return text(end.timeIntervalSince(start))
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
