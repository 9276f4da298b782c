import Core
import Foundation

/// Writes findings as SARIF 2.1.0, in the part of it that code scanning services read.
package struct SARIFWriter {
    private let report: ScanReport
    private let toolVersion: String
    /// Fingerprints of the lines that name packages, by file and line.
    private let lines: [SoftwarePackage.Location: String]

    /// Services keep the first 5,000 results of a run and refuse more than 25,000.
    static let resultLimit = 5000

    /// - Parameters:
    ///   - report: The scan.
    ///   - toolVersion: Slipway's.
    ///   - root: The folder that was scanned; nil where what was scanned has no files here.
    package init(_ report: ScanReport, toolVersion: String, root: URL? = nil) {
        self.report = report
        self.toolVersion = toolVersion
        lines = root.map { Self.fingerprints(report, $0) } ?? [:]
    }

    private static func fingerprints(_ report: ScanReport, _ root: URL) -> [SoftwarePackage.Location: String] {
        var found: [SoftwarePackage.Location: String] = [:]
        let places = Set(report.findings.compactMap(\.package.locations.first)).filter { $0.line != nil }
        for (path, places) in Dictionary(grouping: places, by: \.path) {
            guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { continue }
            let hashes = LineFingerprints.of(text, lines: Set(places.compactMap(\.line)))
            for place in places { found[place] = place.line.flatMap { hashes[$0] } }
        }
        return found
    }

    /// Of the line in a file; of the package's name where there is no line, so that it is the same in every run.
    private func fingerprint(_ finding: Finding, _ identity: String) -> String {
        finding.package.locations.first.flatMap { lines[$0] } ?? LineFingerprints.of(line: identity)
    }

    package var json: JSON {
        let findings = Array(report.findings.prefix(Self.resultLimit))
        var rules: [String: Finding] = [:]
        for finding in findings where rules[finding.name] == nil { rules[finding.name] = finding }
        let ordered = rules.keys.sorted()
        let positions = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1, $0) })
        let driver: JSON = [
            "name": "Slipway", "version": .string(toolVersion), "semanticVersion": .string(toolVersion),
            "informationUri": "https://slipway.dev",
            "rules": .array(ordered.compactMap { rules[$0] }.map(rule)),
        ]
        let dropped = report.findings.count - findings.count
        var notices = report.unknowns.map { notice("warning", $0.message) }
        notices += report.expired.map { notice("error", $0.text) }
        if dropped > 0 {
            notices.append(notice("warning", "\(dropped) findings are left out: too many for one report"))
        }
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": driver],
                    "results": .array(
                        findings.map { result($0, positions[$0.name] ?? 0) } + report.decided.map(suppressed)
                    ),
                    "invocations": [
                        ["executionSuccessful": true, "toolExecutionNotifications": .array(notices)]
                    ],
                    "columnKind": "utf16CodeUnits",
                ]
            ],
        ]
    }

    private func notice(_ level: String, _ text: String) -> JSON {
        ["level": .string(level), "message": ["text": .string(text)]]
    }

    private func rule(_ finding: Finding) -> JSON {
        let help =
            "\(finding.summary)\n\n\(finding.advice)\n\n" + finding.references.map { "- \($0)" }.joined(separator: "\n")
        var json: JSON = [
            "id": .string(finding.name), "name": "VulnerablePackage",
            "shortDescription": ["text": .string(finding.summary.isEmpty ? finding.name : finding.summary)],
            "fullDescription": ["text": .string(finding.summary.isEmpty ? finding.name : finding.summary)],
            "help": ["text": .string(help), "markdown": .string(help)],
            "properties": [
                "security-severity": .string(Self.securitySeverity(finding.rating)),
                "tags": ["security", "vulnerability", .string(finding.severity.rawValue)],
            ],
            "defaultConfiguration": ["level": .string(Self.level(finding.severity))],
        ]
        json["helpUri"] = finding.references.first.map(JSON.string)
        return json
    }

    private func result(_ finding: Finding, _ rule: Int) -> JSON {
        let place = finding.package.locations.first
        let version = finding.package.version ?? "of an unknown version"
        let identity = "\(finding.name)@\(finding.package.purl.type)/\(finding.package.name)"
        let text = "\(finding.package.name) \(version) is vulnerable: \(finding.name). \(finding.advice)"
        return [
            "ruleId": .string(finding.name), "ruleIndex": .int(Int64(rule)),
            "level": .string(Self.level(finding.severity)), "message": ["text": .string(text)],
            "locations": [
                [
                    "physicalLocation": [
                        "artifactLocation": [
                            "uri": .string(Self.uri(place?.path ?? report.inventory.subject.name)),
                            "uriBaseId": "%SRCROOT%",
                        ],
                        "region": [
                            "startLine": .int(Int64(place?.line ?? 1)), "startColumn": 1,
                            "endLine": .int(Int64(place?.line ?? 1)), "endColumn": 2,
                        ],
                    ],
                    "message": ["text": .string("\(finding.package.purl)")],
                ]
            ],
            "partialFingerprints": [
                "primaryLocationLineHash": .string(fingerprint(finding, identity)),
                "vulnerablePackage/v1": .string(identity),
            ],
        ]
    }

    /// What somebody has decided about is shown as dismissed, with the reason.
    private func suppressed(_ decision: Decision) -> JSON {
        var json = result(decision.finding, 0)
        json["ruleIndex"] = nil
        json["suppressions"] = [
            ["kind": "external", "status": "accepted", "justification": .string(decision.reason)]
        ]
        return json
    }

    /// A number from 0.0 to 10.0 as text: the score, or the middle of the band where there is only a word.
    private static func securitySeverity(_ rating: SeverityRating) -> String {
        if let score = rating.score { return "\(score)" }
        return switch rating.severity {
        case .critical: "9.5"
        case .high: "8.0"
        case .medium: "5.5"
        case .low: "2.0"
        case .none, .unknown: "0.0"
        }
    }

    private static func level(_ severity: Severity) -> String {
        switch severity {
        case .critical, .high: "error"
        case .medium, .unknown: "warning"
        case .low, .none: "note"
        }
    }

    /// A path as a relative URI reference.
    private static func uri(_ path: String) -> String {
        path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting([":"])) ?? path
    }
}
