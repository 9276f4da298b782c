import ArgumentParser
import Core
import Foundation
import Journal
import Runner

/// `slipway runs`: what ran on this machine.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List runs, the newest first, or remove old ones.",
        subcommands: [RunsListCommand.self, RunsPruneCommand.self],
        defaultSubcommand: RunsListCommand.self
    )
}

/// `slipway runs [list]`.
struct RunsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List runs, or show one.")

    @Argument(help: "One run, to show it in full: an id, the end of one, or \"latest\".")
    var run: String?

    @Option(help: "How many.")
    var limit = 20

    @Flag(help: "JSON.")
    var json = false

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        let state = StateDirectory.locate()
        let journal = try Journal(at: state.journal)
        if let run {
            try await show(try await RunLogs(journal: journal, state: state).run(run), journal, state)
            return
        }
        let runs = try await journal.runs(limit: limit)
        if json {
            print(JSON.array(try runs.map(RunReport.json)).text(pretty: true))
            return
        }
        if runs.isEmpty { print("Nothing has run yet.") }
        for run in runs {
            let result = run.conclusion?.rawValue ?? (run.isAbandoned(in: state) ? "died" : run.status.rawValue)
            let day = run.startedAt.formatted(.iso8601.dateTimeSeparator(.space))
            let source = run.sha.prefix(8) + (run.dirty ? "+" : "")
            let name = "\(run.workflow) #\(run.number)" + (run.title.map { " \"\($0)\"" } ?? "")
            print("\(run.id)  \(day)  \(result)  \(name)  \(run.event) \(run.ref)  \(source)")
        }
    }

    private func show(_ run: RunRecord, _ journal: Journal, _ state: StateDirectory) async throws {
        let jobs = try await journal.jobs(ofRun: run.id)
        let annotations = try await journal.annotations(ofRun: run.id)
        guard json else {
            let summary = RunSummary(run: run, jobs: jobs, annotations: annotations, state: state.url.path)
            print(summary.text(Terminal.style), terminator: "")
            return
        }
        let report = try RunReport.json(
            run,
            jobs: jobs,
            steps: try await journal.steps(ofRun: run.id),
            annotations: annotations,
            approvals: try await journal.approvals(ofRun: run.id)
        )
        print(report.text(pretty: true))
    }
}
