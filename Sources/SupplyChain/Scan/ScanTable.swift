import Images

/// A scan's report for a terminal.
package struct ScanTable {
    private let report: ScanReport

    package init(_ report: ScanReport) { self.report = report }

    package var text: String {
        let subject = report.inventory.subject
        var sections: [String] = []
        let name = subject.digest.map { "\(subject.name) (\($0))" } ?? subject.name
        sections.append("\(name): \(report.inventory.packages.count) packages")
        if !report.findings.isEmpty {
            let rows = report.findings.map { finding in
                [
                    finding.severity.rawValue, finding.rating.score.map { "\($0)" } ?? "-", finding.name,
                    finding.package.name, finding.package.version ?? "?",
                    finding.recommended ?? finding.fixedIn.first ?? "-",
                    String(finding.summary.prefix(60)),
                ]
            }
            let header = ["SEVERITY", "SCORE", "VULNERABILITY", "PACKAGE", "VERSION", "FIXED IN", "SUMMARY"]
            sections.append(TextTable.render([header] + rows))
        }
        if !report.unknowns.isEmpty || report.count(.unknown) > 0 {
            var lines = ["NOT KNOWN (this is not the same as safe):"]
            lines += report.unknowns.map { "  ! \($0.message)" }
            if report.count(.unknown) > 0 { lines.append("  ! \(report.count(.unknown)) findings have no severity") }
            sections.append(lines.joined(separator: "\n"))
        }
        if !report.decided.isEmpty {
            let lines = report.decided.map { "  - \($0.finding.name) in \($0.finding.package.name): \($0.reason)" }
            sections.append((["Not counted, by decision:"] + lines).joined(separator: "\n"))
        }
        let decisions =
            report.expired.map(\.text) + report.unused.map { "note: \($0.location): \($0.id) was not found" }
        if !decisions.isEmpty { sections.append(decisions.joined(separator: "\n")) }
        sections.append(summary)
        return sections.joined(separator: "\n\n")
    }

    private var summary: String {
        let counts = Severity.allCases.reversed().filter { report.count($0) > 0 }
            .map { "\(report.count($0)) \($0.rawValue.lowercased())" }
        var lines = [counts.isEmpty ? "No findings." : "Findings: \(counts.joined(separator: ", "))."]
        if let peer = report.peer { lines.append("Matched by \(peer.rawValue).") }
        if let database = report.database {
            let age = database.newest.map { ", newest of \($0.prefix(10))" } ?? ""
            lines.append("Database: \(database.records) advisories from \(database.source)\(age).")
        }
        return lines.joined(separator: "\n")
    }
}
