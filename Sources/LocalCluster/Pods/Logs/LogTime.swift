import Foundation
import Kubernetes

/// The times in log files: RFC 3339 in UTC with nanoseconds.
enum LogTime {
    /// `2026-11-23T11:20:58.123456789Z`; always of the same length, so that texts sort like times.
    static func text(_ date: Date) -> String {
        let (seconds, nanos) = split(date)
        let fraction = String(nanos)
        let whole = KubernetesTime.text(Date(timeIntervalSince1970: Double(seconds))).dropLast()
        return "\(whole).\(String(repeating: "0", count: 9 - fraction.count))\(fraction)Z"
    }

    /// `20261123-112058.123456789`, for the names of files put aside.
    static func fileSuffix(_ date: Date) -> String {
        text(date).filter { $0 != "-" && $0 != ":" && $0 != "Z" }.replacing("T", with: "-")
    }

    private static func split(_ date: Date) -> (seconds: Int, nanos: Int) {
        let time = date.timeIntervalSince1970
        let seconds = Int(time.rounded(.down))
        // A Double holds the present to about a quarter of a microsecond.
        let nanos = Int(((time - Double(seconds)) * 1_000_000).rounded(.down)) * 1000
        return (seconds, min(nanos, 999_999_000))
    }
}
