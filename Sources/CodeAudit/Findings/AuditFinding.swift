import Core

/// One place where a rule applies.
package struct AuditFinding: Sendable, Hashable {
    package let rule: AuditRule
    /// Relative to the audited folder; line and column count from 1.
    package let location: SourceLocation
    /// What is wrong here; never the secret itself.
    package let message: String
    /// The commit in which it was found, where it is gone from the tree; nil for the tree.
    package var commit: String?
    package var confidence: AuditRule.Confidence
    /// A name of the secret that does not tell it; nil for findings in code.
    package var secret: String?

    init(
        _ rule: AuditRule,
        at location: SourceLocation,
        _ message: String,
        confidence: AuditRule.Confidence? = nil,
        secret: String? = nil
    ) {
        self.rule = rule
        self.location = location
        self.message = message
        self.confidence = confidence ?? rule.confidence
        self.secret = secret
    }

    var json: JSON {
        var json: JSON = [
            "rule": .string(rule.id), "severity": .string(rule.severity.rawValue),
            "confidence": .string(confidence.rawValue), "cwe": .string("CWE-\(rule.cwe)"),
            "file": .string(location.file), "line": .int(Int64(location.line)),
            "column": .int(Int64(location.column)), "message": .string(message), "fix": .string(rule.fix),
        ]
        json["commit"] = commit.map(JSON.string)
        json["fingerprint"] = secret.map(JSON.string)
        return json
    }
}
