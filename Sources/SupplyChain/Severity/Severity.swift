/// How bad a vulnerability is, by the bands of CVSS's qualitative scale.
package enum Severity: String, Sendable, Hashable, Comparable, CaseIterable, Codable {
    /// Nobody has said: neither harmless nor bad, and always counted apart.
    case unknown = "UNKNOWN"
    case none = "NONE"
    case low = "LOW"
    case medium = "MEDIUM"
    case high = "HIGH"
    case critical = "CRITICAL"

    /// The band of a score from 0.0 to 10.0.
    package init(score: Double) {
        self =
            switch score {
            case 9.0...: .critical
            case 7.0...: .high
            case 4.0...: .medium
            case 0.1...: .low
            default: .none
            }
    }

    /// A word that databases and distributions use; nil for one that says nothing (`not yet assigned`).
    package init?(word: String) {
        switch word.lowercased() {
        case "critical": self = .critical
        case "high", "important": self = .high
        case "medium", "moderate": self = .medium
        case "low", "minor": self = .low
        case "negligible", "unimportant": self = .low
        case "none": self = .none
        default: return nil
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
