import Core
import Foundation
import Mustache

/// A report as one page that needs nothing else: no script, no other file.
package struct LoadHTML {
    private let report: LoadReport

    package init(_ report: LoadReport) { self.report = report }

    private static let width = 320.0
    private static let height = 72.0

    /// - Throws: What the template engine throws.
    package func text() throws -> String {
        let timeline = report.timeline
        let highest = timeline.compactMap(\.p99).max()
        let page: [String: Any] = [
            "title": LoadWords.title(report), "verdict": verdict,
            "startedAt": report.startedAt.formatted(.iso8601), "warnings": LoadWords.warnings(report),
            "hasThresholds": !report.verdicts.isEmpty,
            "thresholds": report.verdicts.map { ["mark": $0.holds ? "✓" : "✗", "text": LoadWords.verdict($0)] },
            "rows": rows.map { ["name": $0.name, "value": $0.value] },
            "p50": lines(timeline.map(\.median), highest: highest), "p99": lines(timeline.map(\.p99), highest: highest),
            "highest": LoadWords.time(highest), "bars": bars(timeline),
        ]
        return try MustacheTemplate(string: LoadPage.template).render(page)
    }

    private var verdict: String {
        if report.verdicts.isEmpty { return "Load test" }
        return report.isGood ? "Load test: every threshold holds" : "Load test: a threshold does not hold"
    }

    private var rows: [(name: String, value: String)] {
        let rate = report.rate.map { LoadWords.number($0, digits: 1) } ?? "–"
        let latency = LoadReport.percentiles.map { share in
            (name: "latency \(LoadWords.name(ofPercentile: share))", value: LoadWords.time(report.latency(share)))
        }
        return [
            ("requests", "\(report.scheduled)"), ("good answers", "\(report.good), \(rate) a second"),
            ("errors", LoadWords.share(report.errorRate)),
        ] + report.errors.map { ("error", "\($0.count) × \($0.name)") } + latency
            + [("latency mean", LoadWords.time(report.mean))]
    }

    /// A line through all parts; a part without a sample interrupts it.
    private func lines(_ values: [TimeInterval?], highest: TimeInterval?) -> [String] {
        guard let highest, highest > 0 else { return [] }
        let step = Self.width / Double(max(1, values.count))
        var lines: [[String]] = [[]]
        for (index, value) in values.enumerated() {
            guard let value else {
                lines.append([])
                continue
            }
            let y = Self.text(Self.height - value / highest * (Self.height - 2))
            // Level over the whole part, so that a single part is seen too.
            let last = lines.count - 1
            lines[last] += ["\(Self.text(Double(index) * step)),\(y)", "\(Self.text(Double(index + 1) * step)),\(y)"]
        }
        return lines.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
    }

    private func bars(_ timeline: [LoadReport.Part]) -> [[String: String]] {
        let step = Self.width / Double(max(1, timeline.count))
        return timeline.enumerated().compactMap { index, part in
            guard part.errors > 0 else { return nil }
            let height = max(1, Double(part.errors) / Double(part.scheduled) * Self.height)
            return [
                "x": Self.text(Double(index) * step), "y": Self.text(Self.height - height),
                "width": Self.text(max(1, step - 1)), "height": Self.text(height),
                "label": "second \(Int(part.start)): \(part.errors) of \(part.scheduled)",
            ]
        }
    }

    private static func text(_ value: Double) -> String { String((value * 100).rounded() / 100) }
}
