import Foundation

/// How long ago something was, as `kubectl get` writes it: `45s`, `6m16s`, `17m`, `3h5m`, `2d4h`
/// (`k8s.io/apimachinery/pkg/util/duration`).
enum HumanDuration {
    static func text(since date: Date?, now: Date) -> String {
        guard let date else { return "<unknown>" }
        return text(seconds: Int(now.timeIntervalSince(date).rounded(.towardZero)))
    }

    static func text(seconds: Int) -> String {
        // Two clocks may differ a little.
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        let (minutes, hours) = (seconds / 60, seconds / 3600)
        let (days, years) = (hours / 24, hours / 24 / 365)
        if seconds < 120 { return "\(seconds)s" }
        if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if hours < 192 { return pair(days, "d", hours % 24, "h") }
        if hours < 24 * 365 * 2 { return "\(days)d" }
        if hours < 24 * 365 * 8 { return pair(years, "y", days % 365, "d") }
        return "\(years)y"
    }

    private static func pair(_ large: Int, _ unit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(smallUnit)"
    }
}
