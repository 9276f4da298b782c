import Core
import Foundation
import Journal
import OrderedCollections
import Workflows

/// What one part of a step (a script, an action's main or post) left behind.
struct PartResult: Sendable {
    var result: StepResult
    /// For the post part of the same action.
    var state: OrderedDictionary<String, String>
}

extension JobExecution {
    /// Runs one part of a step with files for its commands, and applies what it did to the job.
    func runPart(
        scope: StepScope,
        stepName: String,
        environment: OrderedDictionary<String, String>,
        own: [String: String] = [:],
        log: StepLog,
        work: (_ environment: [String: String], _ commands: CommandProcessor) async throws -> (
            end: ProcessEnd?, stopped: StopSignal.Reason?
        )
    ) async -> PartResult {
        let key = log.beginPart()
        if let known = ledger?.memory.part(key) { return await remembered(known, log) }
        let caught = ledger?.memory.caught(key)
        log.goOn(keepsHeldLines: caught == nil, cuts: caught == nil || caught?.outcome != nil)
        let commands = CommandProcessor(
            log: log,
            workspace: folders.workspace,
            matchers: matchers,
            allowsUnsecureCommands: allowsUnsecureCommands(environment),
            showsDebug: run.showsDebug
        )
        var result = StepResult(.success)
        var summary = ""
        var files: FileCommands?
        do {
            let made = try FileCommands(folder: folders.fileCommands, key: key, isKept: caught != nil)
            files = made
            do {
                if let (end, stopped) = try await adopted(caught, key, commands, log) {
                    result = verdict(end, stopped, commands, log)
                } else {
                    let variables = processEnvironment(
                        in: scope,
                        stepName: stepName,
                        environment: environment,
                        adding: own.merging(made.variables) { _, file in file }
                    )
                    let (end, stopped) = try await work(variables, commands)
                    result = verdict(end, stopped, commands, log)
                }
            } catch {
                result = stopOrFailure(error, commands, log)
            }
            summary = run.masker.mask(made.collect(into: commands, log: log))
        } catch {
            result = failed(error, log)
        }
        let effects = commands.effects
        if effects.hasFailed, result.outcome == .success { result = StepResult(.failure) }
        matchers = commands.matchers
        record(result, effects, summary: summary, as: key, log)
        files?.remove()
        if !summary.isEmpty { append(summary: summary) }
        await apply(effects)
        result.outputs = effects.outputs
        return PartResult(result: result, state: effects.state)
    }

    private func allowsUnsecureCommands(_ environment: OrderedDictionary<String, String>) -> Bool {
        (environment["ACTIONS_ALLOW_UNSECURE_COMMANDS"] ?? "").lowercased() == "true"
    }

    private func verdict(
        _ end: ProcessEnd?,
        _ stopped: StopSignal.Reason?,
        _ commands: CommandProcessor,
        _ log: StepLog
    ) -> StepResult {
        var result = StepResult(.success)
        switch (stopped, end) {
        case (.cancelled?, _):
            log.line("##[error]The operation was canceled.")
            result = StepResult(.cancelled, message: "The operation was canceled.")
        case (.timedOut?, _): result = StepResult(.failure, message: StepCall.timedOut)
        case (nil, let end?) where !end.isSuccess:
            let message = "Process completed with exit code \(end.status)."
            commands.update { $0.add(Annotation(.error, message)) }
            log.line("##[error]\(message)")
            result = StepResult(.failure, message: message)
        default: break
        }
        result.exitStatus = end.map { Int($0.status) }
        return result
    }

    /// An error of work that was being stopped is what the stop caused.
    private func stopOrFailure(_ error: any Error, _ commands: CommandProcessor, _ log: StepLog) -> StepResult {
        if error is CancellationError || (isStopped && !conditions.allSatisfy { $0() }) {
            log.line("##[error]The operation was canceled.")
            return StepResult(.cancelled, message: "The operation was canceled.")
        }
        let message = StepFailure.message(of: error)
        commands.update { $0.add(Annotation(.error, message)) }
        log.line("##[error]\(message)")
        return StepResult(.failure, message: message)
    }

    func append(summary: String) {
        let masked = Data((summary + "\n").utf8)
        // Steps side by side add to one file: each write goes to its end as a whole.
        let descriptor = open(folders.summary.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try? file.write(contentsOf: masked)
    }

    func apply(_ effects: StepEffects) async {
        for (name, value) in effects.environment {
            environment[name] = value
            changes.environment[name] = value
        }
        changes.paths += effects.paths
        prependedPaths = PathFile.adding(effects.paths.joined(separator: "\n"), to: prependedPaths)
        let number = nextStepNumber - 1
        let records = effects.annotations.map { annotation in
            AnnotationRecord(
                runId: run.record.id,
                jobKey: record.key,
                stepNumber: number,
                level: AnnotationRecord.Level(annotation.level),
                title: annotation.title.map(run.masker.mask),
                file: annotation.file.map(run.masker.mask),
                line: annotation.line,
                endLine: annotation.endLine,
                column: annotation.column,
                endColumn: annotation.endColumn,
                message: run.masker.mask(annotation.message)
            )
        }
        do {
            try await run.journal.add(records)
        } catch {
            run.observer.observe(.notice("The journal could not be written: \(error)"))
        }
        for record in records { run.observer.observe(.annotation(record)) }
    }

    /// Starts a process for a part and sees to its end.
    func runProcess(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String],
        folder: String,
        commands: CommandProcessor,
        log: StepLog,
        on executor: (any StepExecutor)? = nil
    ) async throws -> (end: ProcessEnd?, stopped: StopSignal.Reason?) {
        let place = executor ?? self.executor
        var environment = environment
        let mark = UUID().uuidString
        if !place.isHost { environment[OrphanReaper.mark] = mark }
        let process = place.command(
            ProcessRequest(
                executable: executable,
                arguments: arguments,
                environment: environment,
                workingDirectory: folder
            )
        )
        let ended = try await runStepProcess(process, commands: commands, log: log)
        // A container's engine hands no signals on: only its own command has ended until now.
        if ended.stopped != nil, !place.isHost { OrphanReaper.reap(mark: mark) }
        return ended
    }
}

extension AnnotationRecord.Level {
    init(_ level: Annotation.Level) {
        self =
            switch level {
            case .error: .error
            case .warning: .warning
            case .notice: .notice
            }
    }
}
