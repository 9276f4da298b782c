/// A report as a person reads it at a terminal.
package struct LoadText {
    private let report: LoadReport

    package init(_ report: LoadReport) { self.report = report }

    package var text: String {
        let rate = report.rate.map { LoadWords.number($0, digits: 1) } ?? "–"
        let latency = LoadReport.percentiles.map { share in
            "\(LoadWords.name(ofPercentile: share)) \(LoadWords.time(report.latency(share)))"
        }
        var lines = [
            LoadWords.title(report), "",
            "requests  \(report.scheduled), of them \(report.good) with a good answer: \(rate) a second",
            "latency   \(latency.joined(separator: ", ")), mean \(LoadWords.time(report.mean))",
            "errors    \(LoadWords.share(report.errorRate))",
        ]
        lines += report.errors.map { "          \($0.count) × \($0.name)" }
        lines += LoadWords.warnings(report).map { "warning   \($0)" }
        if !report.verdicts.isEmpty {
            lines.append("")
            lines += report.verdicts.map { "\($0.holds ? "✓" : "✗") \(LoadWords.verdict($0))" }
        }
        return lines.joined(separator: "\n")
    }
}
