import Core

/// One thing that `slipway doctor` looked at.
package struct Finding: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable {
        case good, warning, problem
    }

    package var verdict: Verdict
    /// `credentials`, `image`, `pod api-7d9f-x2`
    package var subject: String
    package var message: String
    /// What mends it.
    package var fix: String?

    static func good(_ subject: String, _ message: String) -> Finding {
        Finding(verdict: .good, subject: subject, message: message)
    }

    static func warning(_ subject: String, _ message: String, fix: String? = nil) -> Finding {
        Finding(verdict: .warning, subject: subject, message: message, fix: fix)
    }

    static func problem(_ subject: String, _ message: String, fix: String? = nil) -> Finding {
        Finding(verdict: .problem, subject: subject, message: message, fix: fix)
    }

    /// An error as a problem, in its own words.
    static func problem(_ subject: String, _ error: SlipwayError) -> Finding {
        problem(subject, error.what + (error.why.map { ": \($0)" } ?? ""), fix: error.next)
    }
}

/// Findings for people and for programs.
package struct DoctorText {
    let environment: String
    let findings: [Finding]

    package init(environment: String, findings: [Finding]) {
        self.environment = environment
        self.findings = findings
    }

    package var text: String {
        var lines = [environment]
        for finding in findings {
            let mark =
                switch finding.verdict {
                case .good: "ok      "
                case .warning: "warning "
                case .problem: "PROBLEM "
                }
            let message = finding.message.split(whereSeparator: \.isNewline).joined(separator: "\n" + pad)
            lines.append("  \(mark)\(finding.subject): \(message)")
            if let fix = finding.fix { lines.append("\(pad)fix: \(fix)") }
        }
        return lines.joined(separator: "\n")
    }

    private var pad: String { "          " }

    package var json: JSON {
        [
            "environment": .string(environment),
            "findings": .array(
                findings.map { finding in
                    var json: JSON = [
                        "verdict": .string(finding.verdict.rawValue), "subject": .string(finding.subject),
                        "message": .string(finding.message),
                    ]
                    json["fix"] = finding.fix.map(JSON.string)
                    return json
                }
            ),
        ]
    }
}
