import Core
import Foundation
import Journal
import OrderedCollections
import Workflows

extension JobExecution {
    // MARK: - Steps of the job

    @discardableResult
    func runTopLevel(_ step: WorkflowStep, in scope: StepScope) async -> StepResult {
        noteStop()
        let name = displayName(of: step, in: scope)
        return await recorded(name, id: step.id?.value, remember: { scope.record($0, as: step.contextName) }) { log in
            await execute(step, in: scope, log: log)
        }
    }

    /// The end part of an action.
    func runPost(_ post: PostStep) async {
        noteStop()
        await recorded("Post \(post.name)", id: nil) { log in
            let context = evaluationContext(in: post.scope, stepName: post.stepName, environment: post.environment)
            do {
                // A post part belongs to the job, whatever the action inside which it was registered.
                var own = context
                own.status = status
                guard try post.condition.evaluate(in: own) else {
                    return StepResult(.skipped, message: "\(post.condition.effectiveText) is false")
                }
                conditions.append { [self] in holds(post.condition, own) }
                defer { conditions.removeLast() }
                return await post.body(log)
            } catch {
                return failed(error, log)
            }
        }
    }

    /// Whether a condition still holds now that the job is cancelled.
    private func holds(_ condition: Condition, _ context: EvaluationContext) -> Bool {
        var context = context
        context.status = StepStatus.cancelled
        return (try? condition.evaluate(in: context)) ?? false
    }

    /// Runs a step with its log and its record in the journal.
    ///
    /// A step that an earlier engine has done is not done again: `body` then only finds out what it gave (what its parts
    /// did is remembered), and `remember` is told its recorded result.
    @discardableResult
    func recorded(
        _ name: String,
        id: String?,
        remember: (StepResult) -> Void = { _ in },
        body: (StepLog) async -> StepResult
    ) async -> StepResult {
        let number = nextStepNumber
        nextStepNumber += 1
        let memory = ledger?.memory.step(number)
        let masked = run.masker.mask(name)
        var step = StepRecord(
            runId: run.record.id,
            jobKey: record.key,
            number: number,
            stepId: id,
            name: masked,
            status: .running,
            log: "\(number)_\(RunLayout.slug(masked)).log",
            startedAt: memory?.startedAt ?? Date()
        )
        if memory == nil {
            recordState(before: number)
            await save(step)
        }
        await forgetAnnotations(ofStep: number)
        var result: StepResult
        do {
            let (observer, job, shown) = (run.observer, record, step)
            let log = try StepLog(
                at: folders.logs.appending(path: step.log),
                masker: run.masker,
                step: number,
                mode: logMode(ofStep: number)
            ) { text in
                observer.observe(.output(job: job, step: shown, text: text))
            }
            result = if memory?.outcome == JobResult.skipped.rawValue { StepResult(.skipped) } else { await body(log) }
            if let problem = log.finish() { result.message = result.message ?? problem }
        } catch {
            result = StepResult(.failure, message: StepFailure.message(of: error))
        }
        await saveComplaints()
        if let memory {
            result = StepResult(memory)
            remember(result)
        }
        if result.conclusion == .failure, status == .success { status = .failure }
        noteStop()
        step.status = .completed
        step.outcome = JobRecord.Result(result.outcome)
        step.conclusion = JobRecord.Result(result.conclusion)
        step.exitStatus = result.exitStatus
        step.message = result.message.map(run.masker.mask)
        step.endedAt = memory?.endedAt ?? Date()
        if memory == nil { keep(result, of: step) }
        await save(step, isNews: memory == nil)
        return result
    }

    private func saveComplaints() async {
        do {
            try await run.journal.add(complaints)
        } catch {
            run.observer.observe(.notice("The journal could not be written: \(error)"))
        }
        complaints = []
    }

    private func save(_ step: StepRecord, isNews: Bool = true) async {
        do {
            try await run.journal.save(step)
        } catch {
            run.observer.observe(.notice("The journal could not be written: \(error)"))
        }
        CrashPoint.passed()
        if isNews { run.observer.observe(.step(step)) }
    }

    // MARK: - Any step

    /// Runs a step of the job or of a composite action, and remembers its result in the scope.
    func execute(_ step: WorkflowStep, in scope: StepScope, log: StepLog) async -> StepResult {
        var variables = environment
        for (name, value) in scope.environment { variables[name] = value }
        var result: StepResult
        do {
            let base = evaluationContext(in: scope, stepName: step.contextName, environment: variables)
            for (name, value) in try step.env?.evaluateStrings(in: base) ?? [] { variables[name] = value }
            let context = evaluationContext(in: scope, stepName: step.contextName, environment: variables)
            if try step.condition.evaluate(in: context) {
                do {
                    result = try await executeWanted(
                        step,
                        in: scope,
                        context: context,
                        environment: variables,
                        log: log
                    )
                } catch {
                    // What goes wrong in the step itself is as tolerable as a process that fails.
                    result = failed(error, log)
                }
            } else {
                result = StepResult(.skipped, message: try? step.condition.explain(in: context).text)
            }
            if result.outcome == .failure, let template = step.continueOnError {
                let after = evaluationContext(in: scope, stepName: step.contextName, environment: variables)
                if try template.boolean(in: after) { result.conclusion = .success }
            }
        } catch {
            result = failed(error, log)
        }
        scope.record(result, as: step.contextName)
        return result
    }

    private func executeWanted(
        _ step: WorkflowStep,
        in scope: StepScope,
        context: EvaluationContext,
        environment: OrderedDictionary<String, String>,
        log: StepLog
    ) async throws -> StepResult {
        var limit: Double?
        if let template = step.timeoutMinutes {
            let minutes = try template.number(in: context)
            guard minutes > 0 else { throw StepFailure("The step has an invalid timeout: \(minutes) minutes") }
            limit = minutes
            deadlines.append(.now + .seconds(minutes * 60))
        }
        defer { if limit != nil { deadlines.removeLast() } }
        conditions.append { [self] in holds(step.condition, context) }
        defer { conditions.removeLast() }
        let call = StepCall(step: step, scope: scope, context: context, environment: environment, log: log)
        var result: StepResult
        switch step.kind {
        case .run(let body): result = try await runScript(body, call)
        case .uses(let body): result = try await runAction(body, call)
        case .wait, .waitAll, .cancel, .parallel:
            throw StepFailure("\(step.defaultName) is no step that does work of its own")
        }
        if result.outcome == .failure, let limit, result.message == StepCall.timedOut {
            result.message =
                "The action '\(displayName(of: step, in: scope))' has timed out after \(Self.text(minutes: limit))."
            if let message = result.message { complain(message, log) }
        }
        return result
    }

    func failed(_ error: any Error, _ log: StepLog) -> StepResult {
        let message = StepFailure.message(of: error)
        complain(message, log)
        return StepResult(.failure, message: message)
    }

    /// Tells of an error of the running step in its log and with the run.
    private func complain(_ message: String, _ log: StepLog) {
        log.line("##[error]\(message)")
        let annotation = AnnotationRecord(
            runId: run.record.id,
            jobKey: record.key,
            stepNumber: nextStepNumber - 1,
            level: .error,
            message: run.masker.mask(String(message.prefix(Annotation.maximumLength)))
        )
        complaints.append(annotation)
        run.observer.observe(.annotation(annotation))
    }

    func displayName(of step: WorkflowStep, in scope: StepScope) -> String {
        let context = evaluationContext(in: scope, stepName: step.contextName, environment: environment)
        guard let template = step.name else {
            guard case .run(let body) = step.kind, let script = try? body.script.string(in: context) else {
                return step.defaultName
            }
            let first = script.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
            return "Run \(first?.trimmingCharacters(in: .whitespaces) ?? "")"
        }
        let name = (try? template.string(in: context)) ?? template.text
        return name.isEmpty ? step.defaultName : name
    }
}

/// A step that runs, with what its expressions see.
struct StepCall {
    /// Stands in a result's message until the step's own limit is known.
    static let timedOut = "timed out"

    let step: WorkflowStep
    let scope: StepScope
    let context: EvaluationContext
    let environment: OrderedDictionary<String, String>
    let log: StepLog
}
