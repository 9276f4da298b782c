import Core

/// What an audit found.
package struct AuditReport: Sendable {
    package struct Policy: Sendable, Hashable {
        /// Findings of this severity and above fail.
        package var failOn: AuditRule.Severity
        /// Findings less sure than this are left out.
        package var confidence: AuditRule.Confidence

        package init(failOn: AuditRule.Severity = .medium, confidence: AuditRule.Confidence = .medium) {
            self.failOn = failOn
            self.confidence = confidence
        }
    }

    /// Worst first, then by place.
    package let findings: [AuditFinding]
    /// What could not be looked at, and decisions that have ended.
    package let notices: [String]
    /// Entries of the ignore list whose day has passed: each of them fails the audit.
    package let expired: [Diagnostic]
    package let files: Int
    package let commits: Int
    package let suppressed: Int
    package let policy: Policy
    /// Fingerprints for code scanning services, by place.
    let fingerprints: [SourceLocation: String]

    package var failing: [AuditFinding] { findings.filter { $0.rule.severity >= policy.failOn } }

    package var passes: Bool { failing.isEmpty && expired.isEmpty }

    package var json: JSON {
        [
            "findings": .array(findings.map(\.json)), "notices": .array(notices.map(JSON.string)),
            "expired": .array(expired.map { .string($0.text) }),
            "files": .int(Int64(files)), "commits": .int(Int64(commits)), "suppressed": .int(Int64(suppressed)),
            "passes": .bool(passes),
        ]
    }

    /// `file:line:column: severity: message [rule]` and the advice, for each finding; then a summary.
    package var text: String {
        var lines: [String] = []
        for finding in findings {
            let place = finding.commit.map { "\(finding.location) (commit \($0.prefix(12)))" } ?? "\(finding.location)"
            lines.append(
                "\(place): \(finding.rule.severity.rawValue): \(finding.message) [\(finding.rule.id)] CWE-\(finding.rule.cwe)"
            )
            lines.append("    \(finding.rule.fix)")
        }
        lines += expired.map(\.text) + notices.map { "note: \($0)" }
        let counts = AuditRule.Severity.allCases.reversed().compactMap { severity -> String? in
            let count = findings.count { $0.rule.severity == severity }
            return count > 0 ? "\(count) \(severity.rawValue)" : nil
        }
        let history = commits > 0 ? " and \(commits) commits" : ""
        let silenced = suppressed > 0 ? "; \(suppressed) suppressed with a reason" : ""
        lines.append(
            "\(files) files\(history) audited: \(counts.isEmpty ? "nothing found" : counts.joined(separator: ", "))\(silenced)"
        )
        return lines.joined(separator: "\n")
    }
}
