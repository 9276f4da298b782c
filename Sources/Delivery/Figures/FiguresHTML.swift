import Foundation
import Journal
import Mustache

/// The figures as one page that needs nothing else: no script, no other file.
package struct FiguresHTML {
    private let report: FiguresReport

    package init(_ report: FiguresReport) { self.report = report }

    /// - Throws: What the template engine throws.
    package func text() throws -> String {
        let rows = FiguresRows(report)
        let sections: [[String: Any]] = zip(rows.delivery, report.trends).map { section, trend in
            [
                "name": section.name, "rows": section.rows.map(Self.values),
                "notCounted": section.notCounted ?? "", "hasNotCounted": section.notCounted != nil,
                "charts": Self.charts(trend).map { ["name": $0.name, "bars": $0.bars] as [String: Any] },
            ]
        }
        let page: [String: Any] = [
            "environment": report.environment, "period": rows.period, "sections": sections,
            "hasPipelines": !rows.pipelines.isEmpty, "pipelines": rows.pipelines.map(Self.values),
        ]
        return try MustacheTemplate(string: FiguresPage.template).render(page)
    }

    private static func values(_ row: FiguresRows.Row) -> [String: String] {
        ["name": row.name, "value": row.value, "before": row.before, "samples": row.samples]
    }

    private static func charts(_ trend: [DeliveryFigures]) -> [FiguresChart] {
        [
            FiguresChart("deployment frequency", trend) {
                Double($0.succeeded)
            } label: {
                FiguresRows.count($0.succeeded, "release")
            },
            FiguresChart("lead time for changes", trend) {
                $0.leadTime.median
            } label: {
                "\(FiguresRows.median($0.leadTime)) of \(FiguresRows.count($0.leadTime.samples, "change"))"
            },
            FiguresChart("change failure rate", trend) {
                $0.changeFailureRate
            } label: {
                "\(FiguresRows.share($0.changeFailureRate)) of \(FiguresRows.count($0.deployments, "release"))"
            },
            FiguresChart("time to restore", trend) {
                $0.timeToRestore.median
            } label: {
                "\(FiguresRows.median($0.timeToRestore)), \($0.timeToRestore.samples) restored"
            },
        ]
    }
}
