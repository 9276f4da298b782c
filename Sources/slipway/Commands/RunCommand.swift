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

    @Argument(help: "A workflow file, its name with or without folder and ending, or the workflow's own name.")
    var workflow: String?

    @Option(help: "The event. Default: push where the workflow has it, else its first one.")
    var event: String?

    @Option(help: "The branch or tag, e.g. refs/tags/v1.2.3; it need not exist. Default: the current branch.")
    var ref: String?

    @Option(help: "The commit to run for, whatever the ref points to.")
    var sha: String?

    @Option(help: "A file with the event's payload as JSON; \"-\" reads standard input.")
    var eventFile: String?

    @Option(name: .customLong("input"), help: "An input of workflow_dispatch: NAME=VALUE. Repeatable.")
    var inputs: [String] = []

    @Option(name: .customLong("job"), help: "Only this job and what it needs. Repeatable.")
    var jobs: [String] = []

    @Flag(help: "Run the commit alone, without local changes.")
    var committed = false

    @Flag(name: [.customShort("y"), .long], help: "Approve protected environments, in your name.")
    var yes = false

    @Flag(help: "Skip jobs for other systems instead of refusing the run.")
    var skipUnsupported = false

    @Flag(help: "Answer jobs that have not changed since a successful run from the journal.")
    var reuse = false

    @Option(name: .customLong("secret"), help: "A secret: NAME (from the environment) or NAME=VALUE. Repeatable.")
    var secrets: [String] = []

    @Option(help: "A file of NAME=VALUE lines with secrets.")
    var secretsFile: String?

    @Option(name: .customLong("var"), help: "A configuration variable: NAME=VALUE or NAME. Repeatable.")
    var variables: [String] = []

    @Option(help: "A file of NAME=VALUE lines with configuration variables.")
    var varsFile: String?

    @Option(
        help: ArgumentHelp(
            "Take actions and workflows of other repositories from a folder with owner/name@ref or owner/name, or one "
                + "of them as owner/name@ref=FOLDER. Repeatable.",
            valueName: "dir"
        )
    )
    var actionsFrom: [String] = []

    @Option(help: "Where other repositories are fetched from: a server, or a folder of repositories.")
    var actionsUrl: String = "https://github.com"

    @Flag(help: "Fetch and run the originals of actions that are built in (actions/checkout, actions/cache …).")
    var originalActions = false

    @Flag(name: [.customLong("dry-run"), .customLong("list")], help: "Show what would run, and why, and run nothing.")
    var dryRun = false

    @Flag(help: "Print the result as JSON on standard output; progress goes to standard error.")
    var json = false

    @Flag(help: "Prefixed lines even on a terminal.")
    var plain = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = FileManager.default.currentDirectoryPath
        let runner = try await WorkflowRunner.open(
            folder: folder,
            state: StateDirectory.locate(),
            host: HostEnvironment(),
            remote: try remoteSource(environment, folder)
        )
        let prepared = try await runner.prepare(workflow: workflow, settings: try settings(environment))
        if dryRun {
            try show(prepared)
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

    private func remoteSource(_ environment: [String: String], _ folder: String) throws -> GitRemoteSource {
        var settings = GitRemoteSource.Settings()
        settings.url = actionsUrl
        settings.usesOriginals = originalActions
        settings.replacements = try ActionFolders(actionsFrom, from: folder)
        return GitRemoteSource(
            cache: StateDirectory.locate().url.appending(path: "sources"),
            settings: settings,
            environment: environment
        )
    }

    private func settings(_ environment: [String: String]) throws -> RunSettings {
        var settings = RunSettings()
        settings.event = event
        settings.ref = ref
        settings.commit = sha
        settings.jobs = jobs
        settings.isCommittedOnly = committed
        settings.skipsUnsupported = skipUnsupported
        settings.reusesResults = reuse
        if let eventFile { settings.payload = try Self.read(eventFile) }
        for text in inputs {
            guard let equals = text.firstIndex(of: "=") else {
                throw SlipwayError(.invalidInput, "--input \(text): write it as NAME=VALUE")
            }
            settings.inputs[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        if let secretsFile {
            settings.secrets = try SettingsText.file(secretsFile, option: "--secrets-file").mapValues { Secret($0) }
        }
        for text in secrets {
            let pair = try SettingsText.pair(text, option: "--secret", environment: environment)
            settings.secrets[pair.name] = Secret(pair.value)
        }
        if let varsFile { settings.variables = try SettingsText.file(varsFile, option: "--vars-file") }
        for text in variables {
            let pair = try SettingsText.pair(text, option: "--var", environment: environment)
            settings.variables[pair.name] = pair.value
        }
        return settings
    }

    private static func read(_ path: String) throws -> String {
        let data =
            path == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
        guard let data else { throw SlipwayError(.invalidInput, "Cannot read the event file \(path)") }
        return String(decoding: data, as: UTF8.self)
    }

    private func show(_ prepared: [WorkflowRunner.Prepared]) throws {
        if json {
            print(JSON.array(prepared.map(PlanText.json)).text(pretty: true))
        } else {
            for workflow in prepared { print(PlanText.text(workflow, Terminal.style), terminator: "") }
        }
        let refusals = prepared.filter(\.isTriggered).flatMap(\.plan.refusals)
        if !refusals.isEmpty { throw ArgumentParser.ExitCode(Core.ExitCode.invalidInput.rawValue) }
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
        let state = StateDirectory.locate()
        let journal = try Journal(at: state.journal)
        let stop = StopSignal()
        let interrupts = InterruptHandler(stop)
        defer { interrupts.cancel() }
        let live = Terminal.isInteractive && !json && !plain ? Terminal.liveReporter() : nil
        let observer: any RunObserver = live ?? Terminal.plainReporter(toStandardError: json)
        let policy = DeliveryEnvironments(root: runner.repositoryRoot)
        let approver: any Approver =
            yes
            ? StandingApproval(by: Terminal.userName)
            : TerminalApprover(live: live)
        var ended: [RunRecord] = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let live { group.addTask { await live.animate() } }
            defer { group.cancelAll() }
            for workflow in chosen {
                let record = try await runner.execute(
                    workflow,
                    journal: journal,
                    policy: policy,
                    approver: approver,
                    observer: observer,
                    stop: stop
                )
                ended.append(record)
                try await report(record, journal, state)
                if stop.isStopped { break }
            }
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
                next: "Approve and go on, with finished jobs answered from the journal: "
                    + "slipway run \(waiting.file) --event \(waiting.event) --ref \(waiting.ref) --reuse --yes"
            )
        }
    }
}
