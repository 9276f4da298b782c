import Core
import Foundation
import Journal
import OrderedCollections
import Workflows

/// Executes one job: its workspace, its steps in order, their post parts in reverse order, and its outputs.
///
/// It belongs to the one task that runs the job; nothing of it is shared.
final class JobExecution {
    /// Minutes that steps may still run after the job was cancelled.
    static let graceAfterCancel = 5.0
    /// GitHub's default for `timeout-minutes`.
    static let defaultTimeout = 360.0

    let run: RunContext
    let request: JobRequest
    let folders: JobFolders
    let trackingId: String
    /// What is kept for another engine, and what an earlier one kept; nil until the job has its folder.
    var ledger: StepLedger?
    /// Whether the files before each step are kept; not for a step beside others, whose changes would be mixed in.
    var keepsStates = true

    var record: JobRecord
    /// The `env` context of the job: workflow, job, and what steps wrote to `GITHUB_ENV`.
    var environment: OrderedDictionary<String, String> = [:]
    /// First is searched first.
    var prependedPaths: [String] = []
    var matchers = ProblemMatcherSet()
    var status: StepStatus = .success
    /// What the steps of this execution changed, for the job that they belong to.
    var changes = JobChanges()
    var posts: [PostStep] = []
    /// Errors of the running step that the journal does not have yet.
    var complaints: [AnnotationRecord] = []
    /// What was set up for the job before its first step.
    var surroundings = JobSurroundings()
    var nextStepNumber = 1
    /// Asked when the job is cancelled: whether the running step, and all it is part of, go on.
    var conditions: [() -> Bool] = []
    /// When the running step, and all it is part of, must be done.
    var deadlines: [ContinuousClock.Instant] = []
    var graceEnds: ContinuousClock.Instant?

    init(run: RunContext, request: JobRequest) {
        self.run = run
        self.request = request
        record = request.record
        folders = run.layout.job(request.record.key)
        trackingId = JobFolders.trackingId(run: run.record.id, job: request.record.key, in: run.layout.state)
    }

    /// Runs the job to its end. Nothing is thrown: whatever goes wrong is the job's result.
    func perform() async -> JobOutcome {
        record.status = .running
        record.startedAt = run.durability.start(of: record.key) ?? Date()
        await save()
        var outcome: JobOutcome
        do {
            outcome = try await performGuarded()
        } catch {
            let message = StepFailure.message(of: error)
            run.observer.observe(.notice(run.masker.mask("\(record.name): \(message)")))
            outcome = JobOutcome(result: isStopped ? .cancelled : .failure, message: message, record: record)
        }
        outcome.isTolerated = outcome.result == .failure && tolerates(&outcome)
        record.status = .completed
        record.result = JobRecord.Result(outcome.result)
        record.message = outcome.message.map(run.masker.mask)
        try? UploadedArtifacts.record(run.artifacts, job: record.key, logs: folders.logs)
        record.outputs = Dictionary(outcome.outputs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        record.endedAt = Date()
        await save()
        outcome.record = record
        return outcome
    }

    var isStopped: Bool { request.stop.isStopped }

    func save() async {
        do {
            try await run.journal.save(record)
        } catch {
            run.observer.observe(.notice("The journal could not be written: \(error)"))
        }
        run.observer.observe(.job(record))
    }

    private func tolerates(_ outcome: inout JobOutcome) -> Bool {
        guard let template = request.body.continueOnError else { return false }
        do {
            return try template.boolean(in: request.context)
        } catch {
            outcome.message = StepFailure.message(of: error)
            return false
        }
    }

    private func performGuarded() async throws -> JobOutcome {
        try FileManager.default.createDirectory(at: folders.root, withIntermediateDirectories: true)
        let lock = try await FileLock.wait(at: folders.lock, stop: request.stop) {
            run.observer.observe(.notice("\(record.name): waits for another run that uses \(folders.root.path)"))
        }
        guard let lock else { return JobOutcome(result: .cancelled, record: record) }
        defer { withExtendedLifetime(lock) {} }
        try await prepareFolders()
        defer {
            run.leftovers.add(trackingId: trackingId)
            unlink(folders.running)
            // Scripts and files of commands may hold secrets: they do not outlive the job.
            try? FolderCopy.remove(folders.temp)
        }
        try evaluateEnvironment()
        let minutes = try request.body.timeoutMinutes?.number(in: request.context) ?? Self.defaultTimeout
        guard minutes > 0 else { throw StepFailure("The job has an invalid timeout: \(minutes) minutes") }
        let stop = request.stop
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await Task.sleep(for: .seconds(minutes * 60))
                if !Task.isCancelled { stop.stop(.timedOut) }
            }
            await runSteps()
            group.cancelAll()
        }
        return try finish(timeout: minutes)
    }

    /// The workspace of a job starts empty (what must survive comes from caches), unless the job goes on where an earlier
    /// engine left it.
    private func prepareFolders() async throws {
        let ledger = try run.durability.ledger(of: folders)
        self.ledger = ledger
        if ledger.memory.isEmpty {
            // Where the last run of the job came to its end, it has ended what it left.
            if FileManager.default.fileExists(atPath: folders.running) {
                endLeftovers(OrphanReaper.reap(workspace: folders.root.path))
            }
            _ = FileManager.default.createFile(atPath: folders.running, contents: nil)
            try FolderCopy.remove(folders.workspace)
            try FolderCopy.remove(folders.temp)
            try FolderCopy.remove(folders.home)
            try states.begin()
        } else {
            try await goOn(with: ledger.memory)
        }
        let home = run.givesFreshHomes ? [folders.home] : []
        for folder in home + [
            folders.workspace, folders.temp, folders.fileCommands, folders.checkouts, folders.tools.path,
        ] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try FileManager.default.createDirectory(at: folders.logs, withIntermediateDirectories: true)
        try Data(run.event.payload.json.utf8).write(to: URL(filePath: folders.event))
    }

    func endLeftovers(_ orphans: [String]) {
        guard !orphans.isEmpty else { return }
        run.observer.observe(
            .notice("\(record.name): ended what an earlier run left: \(orphans.joined(separator: ", "))")
        )
    }

    private func evaluateEnvironment() throws {
        var context = request.context
        // Here the machine is known, and with it `github.workspace`.
        context["github"] = githubContext(in: jobScope, stepName: "")
        context["secrets"] = request.secrets
        for (name, value) in try request.workflow.env?.evaluateStrings(in: context) ?? [] { environment[name] = value }
        for (name, value) in try request.body.env?.evaluateStrings(in: context) ?? [] { environment[name] = value }
    }

    private func runSteps() async {
        if await setUp(jobScope) {
            await runJobSteps(in: jobScope)
            recordState(before: nextStepNumber)
        }
        while let post = posts.popLast() { await runPost(post) }
        await tearDown()
    }

    private let jobScope = StepScope()

    private func finish(timeout minutes: Double) throws -> JobOutcome {
        var outcome = JobOutcome(result: .success, record: record)
        noteStop()
        switch status {
        case .success: outcome.result = .success
        case .failure: outcome.result = .failure
        case .cancelled:
            outcome.result = .cancelled
            if request.stop.reason == .timedOut {
                outcome.message = "The job has exceeded the maximum execution time of \(Self.text(minutes: minutes))"
            }
        }
        try evaluateOutputs(into: &outcome)
        if outcome.result == .success { tellEnvironment() }
        return outcome
    }

    static func text(minutes: Double) -> String {
        minutes == minutes.rounded() ? "\(Int(minutes)) minutes" : "\(minutes) minutes"
    }

    /// Outputs are evaluated whatever the result. One that holds a secret is dropped, with a warning.
    private func evaluateOutputs(into outcome: inout JobOutcome) throws {
        guard let template = request.body.outputs else { return }
        var context = evaluationContext(in: jobScope, stepName: "", environment: environment)
        context["secrets"] = request.secrets
        do {
            for (name, value) in try template.evaluateStrings(in: context) where !value.isEmpty {
                if run.masker.mask(value) != value {
                    run.observer.observe(
                        .notice("\(record.name): Skip output '\(name)' since it may contain secret.")
                    )
                } else {
                    outcome.outputs[name] = value
                }
            }
        } catch {
            outcome.result = .failure
            outcome.message = "The outputs could not be evaluated: \(StepFailure.message(of: error))"
        }
    }

    /// `cancel-timeout-minutes`, GitHub's default where the file does not say.
    private var cancelMinutes: Double {
        (try? request.body.cancelTimeoutMinutes?.number(in: request.context)) ?? Self.graceAfterCancel
    }

    /// Where the environment can be seen.
    private func tellEnvironment() {
        guard let template = request.body.environment?.url, let name = record.environment else { return }
        do {
            let url = try template.string(in: evaluationContext(in: jobScope, stepName: "", environment: environment))
            if !url.isEmpty { run.observer.observe(.notice(run.masker.mask("\(record.name): \(name) is at \(url)"))) }
        } catch {
            run.observer.observe(.notice(run.masker.mask("\(record.name): \(StepFailure.message(of: error))")))
        }
    }

    /// Takes notice that the job was asked to stop.
    func noteStop() {
        if request.stop.isStopped {
            status = .cancelled
            if graceEnds == nil { graceEnds = .now + .seconds(60 * cancelMinutes) }
        }
    }
}

/// The end part of an action, to be run when the job's own steps are done.
struct PostStep {
    let name: String
    let condition: Condition
    let scope: StepScope
    let environment: OrderedDictionary<String, String>
    let stepName: String
    let body: (StepLog) async -> StepResult
}
