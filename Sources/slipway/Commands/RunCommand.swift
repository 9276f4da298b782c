import ArgumentParser
import Core
import Delivery
import Foundation
import Journal
import Runner
import Workflows

/// `slipway run`: runs workflows as GitHub would.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run workflows of this repository.",
        discussion: """
            Without WORKFLOW, all workflows that the event starts are run. The exit status is the verdict: 0 success, \
            1 failure, 2 wrong input, 4 waiting for an approval, 130 interrupted.
            """
    )

    @Argument(
        help: "A workflow file, its name with or without folder and ending, or the workflow's own name.",
        completion: .workflows
    )
    var workflow: String?

    @OptionGroup var options: EventOptions

    @Flag(name: [.customShort("y"), .long], help: "Approve protected environments, in your name.")
    var yes = false

    @Flag(help: "Answer jobs that have not changed since a successful run from the journal.")
    var reuse = false

    @Flag(name: [.customLong("dry-run"), .customLong("list")], help: "Show what would run, and why, and run nothing.")
    var dryRun = false

    @OptionGroup(title: "Going on")
    var earlier: RunResumption

    @Flag(help: "Print the result as JSON on standard output; progress goes to standard error.")
    var json = false

    @Flag(help: "Prefixed lines even on a terminal.")
    var plain = false

    func run() async throws {
        let runner = try await options.openRunner()
        var settings = try options.settings(ProcessInfo.processInfo.environment)
        settings.reusesResults = reuse
        if earlier.isWanted {
            guard workflow == nil else {
                throw SlipwayError(
                    .invalidInput,
                    "A run is named by its id here, not by the workflow \(workflow ?? "")"
                )
            }
            return try await goOn(settings.secrets, runner)
        }
        let prepared = try await runner.prepare(workflow: workflow, settings: settings)
        if dryRun {
            try PlanCommand.show(prepared, json: json)
            return
        }
        let chosen = prepared.filter(\.isTriggered)
        guard !chosen.isEmpty else {
            try reportNothing(prepared)
            return
        }
        let refusals = chosen.flatMap(\.plan.refusals)
        guard refusals.isEmpty else { throw DiagnosticsError(refusals) }
        try await execute(chosen, runner)
    }

    /// An event that starts nothing is a mistake where a workflow was named, and plain information where not.
    private func reportNothing(_ prepared: [WorkflowRunner.Prepared]) throws {
        let lines = prepared.map {
            "\($0.file): \($0.event.name) \($0.event.ref) does not start it: \($0.reasons.last ?? "")"
        }
        guard workflow != nil, let only = prepared.first else {
            print(lines.joined(separator: "\n"))
            print("Nothing to run.")
            return
        }
        let events = only.workflow.triggers.map(\.event).joined(separator: ", ")
        throw SlipwayError(
            .invalidInput,
            lines.joined(separator: "\n"),
            next: "The workflow is started by: \(events). Choose with --event and --ref."
        )
    }

    // MARK: - Running

    private func execute(_ chosen: [WorkflowRunner.Prepared], _ runner: WorkflowRunner) async throws {
        try await withParticipants(runner) { participants, journal, state in
            var ended: [RunRecord] = []
            for workflow in chosen {
                let record = try await runner.execute(workflow, participants: participants)
                ended.append(record)
                try await report(record, journal, state)
                if participants.isStopped { break }
            }
            return ended
        }
    }

    private func goOn(_ secrets: [String: Secret], _ runner: WorkflowRunner) async throws {
        try await withParticipants(runner) { participants, journal, state in
            let record = try await earlier.perform(
                runner,
                participants,
                secrets: secrets,
                logs: RunLogs(journal: journal, state: state),
                journal: journal
            )
            try await report(record, journal, state)
            return [record]
        }
    }

    /// Runs `body` with reporters, approver and Ctrl-C in place; the verdict of the runs that it gives is the status.
    private func withParticipants(
        _ runner: WorkflowRunner,
        _ body: (RunParticipants, Journal, StateDirectory) async throws -> [RunRecord]
    ) async throws {
        let state = StateDirectory.locate()
        let journal = try Journal(at: state.journal)
        let stop = StopSignal()
        let interrupts = InterruptHandler(stop)
        defer { interrupts.cancel() }
        let live = Terminal.isInteractive && !json && !plain ? Terminal.liveReporter() : nil
        let participants = RunParticipants(
            journal: journal,
            policy: DeliveryEnvironments(root: runner.repositoryRoot, state: state),
            approver: yes ? StandingApproval(by: Terminal.userName) : TerminalApprover(live: live),
            observer: live ?? Terminal.plainReporter(toStandardError: json),
            stop: stop
        )
        let ended = try await withThrowingTaskGroup(of: Void.self) { group in
            if let live { group.addTask { await live.animate() } }
            defer { group.cancelAll() }
            return try await body(participants, journal, state)
        }
        try finish(ended, isInterrupted: stop.isStopped)
    }

    private func report(_ record: RunRecord, _ journal: Journal, _ state: StateDirectory) async throws {
        let jobs = try await journal.jobs(ofRun: record.id)
        let annotations = try await journal.annotations(ofRun: record.id)
        if json {
            let report = try RunReport.json(
                record,
                jobs: jobs,
                steps: try await journal.steps(ofRun: record.id),
                annotations: annotations,
                approvals: try await journal.approvals(ofRun: record.id)
            )
            print(report.text(pretty: true))
        } else {
            let summary = RunSummary(run: record, jobs: jobs, annotations: annotations, state: state.url.path)
            print(summary.text(Terminal.style), terminator: "")
        }
    }

    private func finish(_ ended: [RunRecord], isInterrupted: Bool) throws {
        if isInterrupted { throw ArgumentParser.ExitCode(Core.ExitCode.interrupted.rawValue) }
        if ended.contains(where: { $0.conclusion == .failure || $0.conclusion == .cancelled }) {
            throw ArgumentParser.ExitCode(Core.ExitCode.failure.rawValue)
        }
        if let waiting = ended.first(where: { $0.status == .waiting }) {
            throw SlipwayError(
                .waiting,
                "Run \(waiting.id) waits for an approval",
                why: "Nobody could be asked: there is no terminal, and --yes was not given",
                next: "Approve and go on: slipway run --resume \(waiting.id) --yes"
            )
        }
    }
}
