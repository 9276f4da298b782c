import Core
import Crypto
import Foundation
import Images

/// Writes a scan's result as OpenVEX: what was decided, and what is open.
package struct VEXWriter {
    private let report: ScanReport
    private let created: String
    private let author: String

    /// - Parameters:
    ///   - report: The scan.
    ///   - created: RFC 3339.
    ///   - author: Who says so.
    package init(_ report: ScanReport, created: String, author: String) {
        self.report = report
        self.created = created
        self.author = author
    }

    package var json: JSON {
        let statements = report.findings.map(open) + report.decided.map(decided)
        let content = JSON.array(statements).data() + Data(created.utf8)
        return [
            "@context": "https://openvex.dev/ns/v0.2.0",
            "@id": .string("https://openvex.dev/docs/public/vex-\(Hexadecimal.encode(SHA256.hash(data: content)))"),
            "author": .string(author), "timestamp": .string(created), "version": 1, "statements": .array(statements),
        ]
    }

    private func statement(_ finding: Finding, _ status: VEXStatement.Status) -> JSON {
        let names = finding.identifiers.filter { $0 != finding.name }
        var vulnerability: JSON = ["name": .string(finding.name)]
        if !names.isEmpty { vulnerability["aliases"] = .array(names.map(JSON.string)) }
        return [
            "vulnerability": vulnerability, "products": [["@id": .string(finding.package.purl.description)]],
            "status": .string(status.rawValue),
        ]
    }

    private func open(_ finding: Finding) -> JSON {
        var json = statement(finding, .affected)
        json["action_statement"] = .string(finding.advice)
        return json
    }

    private func decided(_ decision: Decision) -> JSON {
        switch decision.source {
        case .ignoreList:
            var json = statement(decision.finding, .notAffected)
            json["impact_statement"] = .string(decision.reason)
            return json
        case .vex(let source):
            var json = statement(decision.finding, source.status)
            json["justification"] = source.justification.map(JSON.string)
            json["impact_statement"] = source.impact.map(JSON.string)
            return json
        }
    }
}
