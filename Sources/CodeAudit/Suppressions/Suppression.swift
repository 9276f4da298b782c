import Core

/// `slipway:allow(rule-id) reason` in a comment: a finding on its own line, or on the line below, is accepted.
struct Suppression: Sendable, Hashable {
    let rules: [String]
    let reason: String
    let line: Int
    /// Whether nothing else stands on the line, so that the next line is meant too.
    let standsAlone: Bool

    func covers(_ finding: AuditFinding) -> Bool {
        rules.contains(finding.rule.id)
            && (finding.location.line == line || (standsAlone && finding.location.line == line + 1))
    }

    /// Reads the marker out of one line.
    init?(_ text: some StringProtocol, line: Int, standsAlone: Bool) {
        guard let match = String(text).firstMatch(of: /slipway:allow\(([^)]*)\)(.*)/) else { return nil }
        rules = match.1.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
        // The end of a block comment is no reason.
        var rest = String(match.2)
        for end in ["*/", "-->"] { rest = rest.replacing(end, with: "") }
        reason = String(rest.drop { $0.isWhitespace || ":-".contains($0) })
        self.line = line
        self.standsAlone = standsAlone
    }

    /// All markers in a file that is not Swift: such files have comments of many kinds.
    static func read(_ text: String) -> [Suppression] {
        guard text.contains("slipway:allow(") else { return [] }
        var found: [Suppression] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains("slipway:allow(") else { continue }
            let start = line.drop(while: \.isWhitespace)
            let standsAlone = ["#", "//", "/*", "*", "--", "<!--", ";"].contains(where: start.hasPrefix)
            if let one = Suppression(line, line: index + 1, standsAlone: standsAlone) { found.append(one) }
        }
        return found
    }
}

/// Rules about suppressions themselves.
enum SuppressionRules {
    static let withoutReason = AuditRule(
        "suppression-without-reason",
        "A suppression without a reason",
        .medium,
        .high,
        cwe: 1059,
        fix: "Say behind the parenthesis why the finding is acceptable."
    )
    static let unused = AuditRule(
        "unused-suppression",
        "A suppression that suppresses nothing",
        .medium,
        .high,
        cwe: 1164,
        fix: "Remove it; it would hide the next real finding."
    )

    static let all = [withoutReason, unused]

    /// Takes out the findings that are accepted with a reason.
    ///
    /// - Parameters:
    ///   - suppressions: Those of one file.
    ///   - findings: The file's.
    ///   - file: Its path.
    ///   - judged: Rules that ran over this file; a suppression of another rule cannot be called unused.
    /// - Returns: What remains, findings about the suppressions included, and how many were taken out.
    static func apply(
        _ suppressions: [Suppression],
        to findings: [AuditFinding],
        file: String,
        judged: (String) -> Bool
    ) -> (remaining: [AuditFinding], suppressed: Int) {
        var remaining: [AuditFinding] = []
        var used: Set<Suppression> = []
        for finding in findings {
            guard let suppression = suppressions.first(where: { $0.covers(finding) }) else {
                remaining.append(finding)
                continue
            }
            used.insert(suppression)
            if suppression.reason.isEmpty { remaining.append(finding) }
        }
        let suppressed = findings.count - remaining.count
        for suppression in suppressions {
            let place = SourceLocation(file: file, line: suppression.line, column: 1)
            if suppression.reason.isEmpty {
                remaining.append(AuditFinding(withoutReason, at: place, "this suppression gives no reason"))
            }
            let unknown = suppression.rules.filter { AuditRules.byID[$0] == nil }
            if let name = unknown.first ?? (suppression.rules.isEmpty ? "" : nil) {
                let near = Suggestion.nearest(to: name, in: AuditRules.byID.keys).map { "; did you mean \($0)?" } ?? ""
                remaining.append(AuditFinding(unused, at: place, "there is no rule \"\(name)\"\(near)"))
            } else if !used.contains(suppression), suppression.rules.allSatisfy(judged) {
                remaining.append(
                    AuditFinding(
                        unused,
                        at: place,
                        "nothing here is found by \(suppression.rules.joined(separator: ", "))"
                    )
                )
            }
        }
        return (remaining, suppressed)
    }
}
