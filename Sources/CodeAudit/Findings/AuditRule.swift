/// Something that the audit looks for: what it is, how bad, how sure, and what to do about it.
package struct AuditRule: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
        case low, medium, high, critical

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// What code scanning services sort by: the middle of the band of CVSS scores.
        var score: String {
            switch self {
            case .low: "2.0"
            case .medium: "5.5"
            case .high: "8.0"
            case .critical: "9.5"
            }
        }
    }

    /// How often a finding of the rule is a real one.
    package enum Confidence: String, Sendable, Hashable, Comparable, CaseIterable {
        case low, medium, high

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// Code that has the fault, and the same without it; both are run by tests. Empty for rules that are not about code.
    package struct Example: Sendable, Hashable {
        package let bad: String
        package let good: String
    }

    package let id: String
    /// The fault in a few words.
    package let title: String
    package let severity: Severity
    package let confidence: Confidence
    /// The number in the Common Weakness Enumeration.
    package let cwe: Int
    /// What to do instead, as a sentence.
    package let fix: String
    package let example: Example?

    init(
        _ id: String,
        _ title: String,
        _ severity: Severity,
        _ confidence: Confidence,
        cwe: Int,
        fix: String,
        bad: String? = nil,
        good: String = ""
    ) {
        self.id = id
        self.title = title
        self.severity = severity
        self.confidence = confidence
        self.cwe = cwe
        self.fix = fix
        example = bad.map { Example(bad: $0, good: good) }
    }

    package var helpURI: String { "https://cwe.mitre.org/data/definitions/\(cwe).html" }
}

/// Every rule there is.
package enum AuditRules {
    package static let all: [AuditRule] = SecretRules.all + SwiftRules.all.map(\.rule) + SuppressionRules.all

    static let byID = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
}
