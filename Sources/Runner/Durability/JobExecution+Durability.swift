import Core
import Foundation
import Journal
import OrderedCollections
import Workflows

extension JobExecution {
    var states: WorkspaceStates { WorkspaceStates(folders, run: run.record.id) }

    /// Keeps the job's files as they are before a step.
    func recordState(before step: Int) {
        guard keepsStates else { return }
        do {
            try states.record(before: step)
        } catch {
            run.observer.observe(
                .notice("\(record.name): the files before step \(step) are not kept: \(StepFailure.message(of: error))")
            )
        }
    }

    // MARK: - Going on

    /// Takes over a job that an earlier engine was killed in: its workspace stays, its secrets are hidden, and what no
    /// supervisor looks after any more is ended.
    func goOn(with memory: JobMemory) async throws {
        run.masker.add(memory.masks.map { Secret($0) })
        if !run.durability.hasSupervisor { endLeftovers(OrphanReaper.reap(trackingId: trackingId)) }
        if let restoration = run.durability.restored[record.key] {
            try WorkspaceStates(folders, run: restoration.run).restore(before: restoration.step)
            try states.adopt()
        }
        let count = memory.completedSteps
        let steps = count == 1 ? "1 step is" : "\(count) steps are"
        run.observer.observe(.notice("\(record.name): goes on; \(steps) done"))
        try? FileManager.default.removeItem(at: folders.summary)
        for case .done(_, let part) in memory.entries where !part.summary.isEmpty { append(summary: part.summary) }
    }

    /// How the log of a step is opened.
    func logMode(ofStep number: Int) -> StepLog.Mode {
        guard let memory = ledger?.memory else { return .fresh }
        if memory.step(number) != nil { return .complete }
        return memory.logLength(ofStep: number).map { .resume(at: $0) } ?? .fresh
    }

    /// Annotations of a step that is done only in part come again with its parts.
    func forgetAnnotations(ofStep number: Int) async {
        guard let memory = ledger?.memory, !memory.isEmpty, memory.step(number) == nil else { return }
        await inJournal { try await $0.removeAnnotations(run: run.record.id, job: record.key, step: number) }
    }

    /// What a part gave when it was done, applied to the job once more.
    func remembered(_ memory: PartMemory, _ log: StepLog) async -> PartResult {
        log.passOver()
        matchers = memory.matchers
        var effects = memory.effects
        if ledger?.memory.step(log.step) != nil { effects.annotations = [] }
        await apply(effects)
        var result = StepResult(JobResult(rawValue: memory.outcome) ?? .failure, message: memory.message)
        result.exitStatus = memory.exitStatus
        result.outputs = effects.outputs
        return PartResult(result: result, state: effects.state)
    }

    /// The end of a process that an earlier engine started; nil where it has to be run again.
    func adopted(
        _ caught: (process: StartedProcess, outcome: ProcessOutcome?)?,
        _ key: PartKey,
        _ commands: CommandProcessor,
        _ log: StepLog
    ) async throws -> (end: ProcessEnd?, stopped: StopSignal.Reason?)? {
        guard let caught, let ledger else { return nil }
        if let outcome = caught.outcome { return (try end(of: outcome, commands, log), nil) }
        let host = run.durability.host
        let (adopted, stopped) = try await supervise { stop in
            try await Self.following(log) { try await host.adopt(key, ledger: ledger.file.path, stop: stop) }
        }
        // It may have ended between our reading of the ledger and our question.
        let late = try JobMemory(StepLedger.read(ledger.file, key: run.durability.key)).caught(key)?.outcome
        if let outcome = adopted ?? late { return (try end(of: outcome, commands, log), stopped) }
        log.line("##[notice]The step was cut short when its engine was killed. It runs again.")
        return nil
    }

    // MARK: - Processes

    /// Runs a process under the run's supervisor, showing its log as it grows.
    func runStepProcess(_ process: ProcessRequest, commands: CommandProcessor, log: StepLog) async throws -> (
        end: ProcessEnd?, stopped: StopSignal.Reason?
    ) {
        let request = StepProcess(
            key: log.currentPart,
            process: process,
            log: log.url.path,
            ledger: folders.ledger.path,
            workspace: folders.workspace,
            matchers: commands.matchers,
            allowsUnsecureCommands: commands.allowsUnsecureCommands,
            showsDebug: run.showsDebug
        )
        // What is held back for masking goes before what the process writes.
        _ = log.length
        let (host, masker) = (run.durability.host, run.masker)
        let (outcome, stopped) = try await supervise { stop in
            try await Self.following(log) { try await host.run(request, masker: masker, stop: stop) }
        }
        return (try end(of: outcome, commands, log), stopped)
    }

    private func end(of outcome: ProcessOutcome, _ commands: CommandProcessor, _ log: StepLog) throws -> ProcessEnd? {
        log.follow(to: outcome.logLength)
        commands.adopt(outcome)
        if let failure = outcome.failure { throw StepFailure(failure) }
        if let problem = outcome.logFailure { commands.update { $0.add(Annotation(.warning, problem)) } }
        return outcome.end
    }

    /// How often a person sees new output.
    private static let refresh = Duration.milliseconds(50)

    private static func following<Value: Sendable>(
        _ log: StepLog,
        _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: refresh)
                    log.follow()
                }
            }
            defer { group.cancelAll() }
            return try await work()
        }
    }

    // MARK: - Recording

    /// Records what a part gave, before anything of it is applied.
    func record(_ result: StepResult, _ effects: StepEffects, summary: String, as key: PartKey, _ log: StepLog) {
        keep(
            .done(
                key,
                PartMemory(
                    outcome: result.outcome.rawValue,
                    message: result.message,
                    exitStatus: result.exitStatus,
                    effects: effects,
                    matchers: matchers,
                    summary: summary,
                    logLength: log.length
                )
            )
        )
    }

    /// Records how a step ended.
    func keep(_ result: StepResult, of step: StepRecord) {
        keep(
            .step(
                StepMemory(
                    number: step.number,
                    outcome: result.outcome.rawValue,
                    conclusion: result.conclusion.rawValue,
                    message: result.message,
                    exitStatus: result.exitStatus,
                    outputs: result.outputs,
                    startedAt: step.startedAt ?? Date(),
                    endedAt: step.endedAt ?? Date()
                )
            )
        )
    }

    private func keep(_ entry: LedgerEntry) {
        do {
            try ledger?.append(entry)
        } catch {
            run.observer.observe(.notice("\(record.name): \(StepFailure.message(of: error))"))
        }
    }

    private func inJournal(_ body: (Journal) async throws -> Void) async {
        do {
            try await body(run.journal)
        } catch {
            run.observer.observe(.notice("The journal could not be written: \(error)"))
        }
    }
}
