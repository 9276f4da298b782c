import Foundation
import Journal

/// The figures as OpenMetrics 1.0 text, for a push gateway or a node exporter's text file folder.
///
/// All are gauges: they describe a period that moves, so they can go down. A figure without samples is left out rather
/// than told as zero.
package struct OpenMetricsText {
    private let report: FiguresReport

    package init(_ report: FiguresReport) { self.report = report }

    package var text: String {
        let delivery = report.delivery.map(\.now)
        let pipelines = report.pipelines.map(\.now)
        let families = [
            family("deployments_per_day", "Releases verified good, a day.", delivery) { $0.deploymentsPerDay },
            family("deployments", "Releases that reached the environment.", delivery) { Double($0.deployments) },
            family("deployments_failed", "Those that needed a rollback or led to an incident.", delivery) {
                Double($0.failed.count)
            },
            family("change_failure_ratio", "Failed releases of all.", delivery) { $0.changeFailureRate },
            family("lead_time_seconds", "Median from commit to serving.", delivery) { $0.leadTime.median },
            family("lead_time_changes", "Changes that the lead time is of.", delivery) { Double($0.leadTime.samples) },
            family("time_to_restore_seconds", "Median from harm to verified good.", delivery) {
                $0.timeToRestore.median
            },
            family("failures_open", "Harm that has not ended.", delivery) { Double($0.openFailures) },
            family("pipeline_success_ratio", "Runs that succeeded of those with a verdict.", pipelines) {
                $0.successRate
            },
            family("pipeline_runs", "Runs that came to a verdict.", pipelines) { Double($0.succeeded + $0.failed) },
            family("pipeline_duration_seconds", "Median of the runs that succeeded.", pipelines) {
                $0.duration.median
            },
        ]
        return families.joined() + "# EOF\n"
    }

    private func family(
        _ name: String,
        _ help: String,
        _ figures: [DeliveryFigures],
        _ value: (DeliveryFigures) -> Double?
    ) -> String {
        samples(
            name,
            help,
            figures.map { figure in
                (
                    [("environment", report.environment)] + (figure.service.map { [("service", $0)] } ?? []),
                    value(figure)
                )
            }
        )
    }

    private func family(
        _ name: String,
        _ help: String,
        _ figures: [PipelineFigures],
        _ value: (PipelineFigures) -> Double?
    ) -> String {
        samples(name, help, figures.map { ([("workflow", $0.workflow), ("file", $0.file)], value($0)) })
    }

    private func samples(_ name: String, _ help: String, _ rows: [([(String, String)], Double?)]) -> String {
        let lines = rows.compactMap { labels, value in
            value.map { value in
                let labels = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
                return "slipway_\(name){\(labels)} \(value)\n"
            }
        }
        guard !lines.isEmpty else { return "" }
        return "# TYPE slipway_\(name) gauge\n# HELP slipway_\(name) \(help)\n" + lines.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
