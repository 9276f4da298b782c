import Core
import Foundation
import Journal
import OrderedCollections
import Workflows

/// Runs the workflow that a job calls, as part of the same run.
struct CallLaunch: Sendable {
    let run: RunContext
    let identity: WorkflowIdentity
    let options: WorkflowExecution.Options
    let job: WorkflowJob
    let call: WorkflowJob.CallBody
    /// Nil where `uses` could not be read, which a diagnostic said.
    let unit: WorkflowUnit?
    /// Kept only where the called workflow does not come to run.
    let record: JobRecord
    let context: EvaluationContext
    let secrets: ExpressionValue
    let stop: StopSignal
    /// The called workflow's.
    let frame: CallFrame

    /// - Returns: nil where a job of the called workflow waits for a person.
    func perform() async -> JobOutcome? {
        do {
            return try await performGuarded()
        } catch {
            return await ended(.failure, StepFailure.message(of: error))
        }
    }

    private func performGuarded() async throws -> JobOutcome? {
        guard let unit, let trigger = unit.workflow.trigger("workflow_call") else {
            throw StepFailure("\(call.uses.value) cannot be called")
        }
        if stop.isStopped { return await ended(.cancelled, nil) }
        let group = try job.concurrency?.evaluate(in: context)
        let own = stop.makeChild()
        let answer = try await ConcurrencyGate.hold(group, run: run, subject: record.name, stop: own) { stop in
            try await perform(unit, trigger, stop)
        }
        guard let answer else {
            return await ended(.cancelled, "a newer one waits for the concurrency group \"\(group?.name ?? "")\"")
        }
        return answer.outcome
    }

    /// An outcome that may be missing, so that it is told from the gate's own "no".
    private struct Answer: Sendable {
        let outcome: JobOutcome?
    }

    private func perform(_ unit: WorkflowUnit, _ trigger: Trigger, _ stop: StopSignal) async throws -> Answer {
        var callee = EvaluationContext()
        for name in ["github", "vars"] { callee[name] = context[name] }
        let inputs = try WorkflowInputs.resolve(trigger, with: call, caller: context, callee: callee)
        var options = options
        options.jobs = nil
        let execution = WorkflowExecution(
            run: run,
            unit: unit,
            frame: frame,
            identity: identity,
            options: options,
            inputs: inputs,
            secrets: try passedSecrets(),
            stop: stop
        )
        let (result, isWaiting) = try await execution.performInGroup()
        if isWaiting { return Answer(outcome: nil) }
        var outcome = JobOutcome(result: result, record: record)
        for output in trigger.outputs {
            let value = try output.value.string(in: execution.outputContext)
            if !value.isEmpty { outcome.outputs[output.id] = value }
        }
        return Answer(outcome: outcome)
    }

    /// The token is always passed; all else only as the call says.
    private func passedSecrets() throws -> ExpressionValue {
        guard case .object(let own) = secrets else { return secrets }
        let token = own.entries.filter { $0.key == "GITHUB_TOKEN" }.map { ($0.key, $0.value) }
        switch call.secrets {
        case .inherit: return secrets
        case .none: return .object(token)
        case .mapping(let value):
            var context = context
            context["secrets"] = secrets
            let passed = try value.evaluateStrings(in: context)
            // A secret may be composed of others: what is composed is secret too.
            run.masker.add(passed.map { Secret($0.value) })
            return .object(passed.map { ($0.name, .string($0.value)) } + token)
        }
    }

    private func ended(_ result: JobResult, _ message: String?) async -> JobOutcome {
        var record = record
        record.status = .completed
        record.result = JobRecord.Result(result)
        record.message = message.map(run.masker.mask)
        record.endedAt = Date()
        do {
            try await run.journal.save(record)
        } catch {
            run.observer.observe(.notice("The journal could not be written: \(error)"))
        }
        run.observer.observe(.job(record))
        return JobOutcome(result: result, message: message, record: record)
    }
}
