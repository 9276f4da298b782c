import Core
import Foundation

extension AuditReport {
    /// Services keep the first 5,000 results of a run and refuse more than 25,000.
    private static let resultLimit = 5000

    /// A SARIF 2.1.0 log with one run, in the part of the format that code scanning services read.
    package func sarif(toolVersion: String) -> JSON {
        let shown = Array(findings.prefix(Self.resultLimit))
        let rules = Array(Set(shown.map(\.rule))).sorted { $0.id < $1.id }
        let positions = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1.id, $0) })
        var messages = notices + expired.map(\.text)
        if shown.count < findings.count { messages.append("\(findings.count - shown.count) findings are left out") }
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [
                [
                    "tool": [
                        "driver": [
                            "name": "slipway audit", "version": .string(toolVersion),
                            "semanticVersion": .string(toolVersion), "rules": .array(rules.map(Self.rule)),
                        ]
                    ],
                    "results": .array(shown.map { result($0, positions[$0.rule.id] ?? 0) }),
                    "invocations": [
                        [
                            "executionSuccessful": true,
                            "toolExecutionNotifications": .array(
                                messages.map { ["level": "warning", "message": ["text": .string($0)]] }
                            ),
                        ]
                    ],
                    "columnKind": "unicodeCodePoints",
                ]
            ],
        ]
    }

    private static func rule(_ rule: AuditRule) -> JSON {
        var help = rule.fix
        if let example = rule.example {
            help += "\n\nInstead of\n\n    \(indented(example.bad))\n\nwrite\n\n    \(indented(example.good))"
        }
        return [
            "id": .string(rule.id), "name": .string(rule.id), "shortDescription": ["text": .string(rule.title)],
            "fullDescription": ["text": .string("\(rule.title). \(rule.fix)")],
            "help": ["text": .string(help), "markdown": .string(help)], "helpUri": .string(rule.helpURI),
            "defaultConfiguration": ["level": .string(level(rule.severity))],
            "properties": [
                "security-severity": .string(rule.severity.score), "precision": .string(precision(rule.confidence)),
                "tags": ["security", .string("external/cwe/cwe-\(rule.cwe)")],
            ],
        ]
    }

    private static func indented(_ code: String) -> String { code.replacing("\n", with: "\n    ") }

    private func result(_ finding: AuditFinding, _ index: Int) -> JSON {
        let place = finding.location
        var text = finding.message
        if let commit = finding.commit { text += " (in the history: commit \(commit))" }
        return [
            "ruleId": .string(finding.rule.id), "ruleIndex": .int(Int64(index)),
            "level": .string(Self.level(finding.rule.severity)),
            "message": ["text": .string("\(text). \(finding.rule.fix)")],
            "locations": [
                [
                    "physicalLocation": [
                        "artifactLocation": ["uri": .string(Self.uri(place.file)), "uriBaseId": "%SRCROOT%"],
                        "region": [
                            "startLine": .int(Int64(place.line)), "startColumn": .int(Int64(place.column)),
                            "endLine": .int(Int64(place.line)), "endColumn": .int(Int64(place.column + 1)),
                        ],
                    ]
                ]
            ],
            "partialFingerprints": [
                "primaryLocationLineHash": .string(
                    fingerprints[place]
                        ?? LineFingerprints.of(line: finding.secret ?? "\(place.file) \(finding.message)")
                )
            ],
        ]
    }

    private static func level(_ severity: AuditRule.Severity) -> String {
        switch severity {
        case .critical, .high: "error"
        case .medium: "warning"
        case .low: "note"
        }
    }

    private static func precision(_ confidence: AuditRule.Confidence) -> String {
        confidence == .high ? "very-high" : confidence == .medium ? "high" : "medium"
    }

    /// A path as a relative URI reference.
    private static func uri(_ path: String) -> String {
        path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting([":"])) ?? path
    }
}
