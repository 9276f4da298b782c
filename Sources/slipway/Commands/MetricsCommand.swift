import ArgumentParser
import Core
import Delivery
import Foundation
import Journal

/// `slipway metrics`: how well this project delivers.
struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Show deployment frequency, lead time, change failure rate, time to restore and pipeline success.",
        discussion: """
            Computed from this machine's journal and the git history, by DORA's definitions: docs/metrics.md says \
            exactly how.
            """
    )

    @Option(help: "The environment of slipway.yml.", completion: .environments)
    var environment = "production"

    @Option(help: "Only this Deployment.")
    var service: String?

    @Option(help: "Beginning of the period: 90d, 2w, 2026-09-01.")
    var since = "90d"

    @Flag(help: "JSON.")
    var json = false

    @Flag(name: .customLong("openmetrics"), help: "OpenMetrics text, for Prometheus.")
    var openMetrics = false

    @Flag(help: "A page with charts, for a browser.")
    var html = false

    func validate() throws {
        if [json, openMetrics, html].count(where: \.self) > 1 {
            throw ValidationError("--json, --openmetrics and --html exclude each other")
        }
        if PeriodText.start(since, now: Date()) == nil {
            throw ValidationError(
                "--since \(since): give a length such as 90d, 2w, 36h, or a past day such as 2026-09-01"
            )
        }
    }

    func run() async throws {
        let now = Date()
        guard let from = PeriodText.start(since, now: now) else { return }
        let folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        let report = try await FiguresReport(
            environment: environment,
            service: service,
            from: from,
            to: now,
            journal: try Journal(at: StateDirectory.locate().journal),
            commits: GitCommitHistory(folder: StateDirectory.projectRoot(from: folder) ?? folder)
        )
        if json {
            print(report.json.text(pretty: true))
        } else if openMetrics {
            print(OpenMetricsText(report).text, terminator: "")
        } else if html {
            print(try FiguresHTML(report).text(), terminator: "")
        } else {
            print(FiguresText(report).text)
        }
    }
}
