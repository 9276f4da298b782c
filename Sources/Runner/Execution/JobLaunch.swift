import Core
import Foundation
import Journal
import Workflows

/// Everything between "this job is next" and its first step: machine, approval, concurrency, a free slot, and whether
/// the journal already knows the answer.
struct JobLaunch: Sendable {
    let run: RunContext
    let workflow: Workflow
    let identity: WorkflowIdentity
    let home: WorkflowHome
    let permissions: Permissions?
    let job: WorkflowJob
    let leg: MatrixLeg
    let plan: StrategyPlan
    let record: JobRecord
    let context: EvaluationContext
    let secrets: ExpressionValue
    let stop: StopSignal
    let ancestors: Set<String>
    let options: WorkflowExecution.Options

    /// - Returns: nil where the job waits for a person.
    func perform() async -> JobOutcome? {
        do {
            return try await performGuarded()
        } catch {
            return await ended(.failure, StepFailure.message(of: error))
        }
    }

    private func performGuarded() async throws -> JobOutcome? {
        guard let body = job.stepsBody else {
            throw StepFailure("\(job.id) calls a workflow and has no steps")
        }
        if stop.isStopped { return await ended(.cancelled, nil) }
        if let refusal = try await refusedMachine(body) { return refusal }
        var record = record
        var entry = EnvironmentGate.Entry()
        if let name = try body.environment?.evaluateName(in: context), !name.isEmpty {
            record.environment = name
            switch try await EnvironmentGate(run: run, options: options, stop: stop).enter(name, record) {
            case .entered(let given): entry = given
            case .refused(let reason): return await ended(.failure, reason)
            case .stopped: return await ended(.cancelled, nil)
            case .waiting:
                record.status = .waiting
                record.message = "waits for approval of \(name)"
                await save(record)
                return nil
            }
        }
        guard let concurrency = try job.concurrency?.evaluate(in: context) else {
            return try await runInSlot(body, record, entry, stop)
        }
        return try await runInGroup(concurrency, body, record, entry)
    }

    // MARK: - Machine

    /// What becomes of a job that asks for another machine than this; nil where it may run here.
    private func refusedMachine(_ body: WorkflowJob.StepsBody) async throws -> JobOutcome? {
        guard let target = try body.runsOn?.evaluate(in: context), !HostEnvironment.serves(labels: target.labels) else {
            return nil
        }
        let labels = target.labels.joined(separator: ", ")
        let here = "\(HostEnvironment.system) \(HostEnvironment.architecture)"
        if options.skipsUnsupported {
            return await ended(.skipped, "it asks for \(labels), and this machine is \(here) (--skip-unsupported)")
        }
        return await ended(.failure, "The job asks for \(labels), and this machine is \(here)")
    }

    // MARK: - Concurrency, slot, journal

    private func runInGroup(
        _ group: ConcurrencyDefinition.Group,
        _ body: WorkflowJob.StepsBody,
        _ record: JobRecord,
        _ entry: EnvironmentGate.Entry
    ) async throws -> JobOutcome {
        let own = stop.makeChild()
        let outcome = try await ConcurrencyGate.hold(group, run: run, subject: record.name, stop: own) { stop in
            try await runInSlot(body, record, entry, stop)
        }
        if let outcome { return outcome }
        let reason = stop.isStopped ? nil : "a newer one waits for the concurrency group \"\(group.name)\""
        return await ended(.cancelled, reason)
    }

    private func runInSlot(
        _ body: WorkflowJob.StepsBody,
        _ record: JobRecord,
        _ entry: EnvironmentGate.Entry,
        _ stop: StopSignal
    ) async throws -> JobOutcome {
        try await run.slots.withSlot {
            if stop.isStopped { return await ended(.cancelled, nil) }
            var record = record
            var context = context
            context["vars"] = entry.rules.addingVariables(to: context["vars"])
            let known = context
            func request(_ record: JobRecord) -> JobRequest {
                JobRequest(
                    job: job,
                    body: body,
                    workflow: workflow,
                    identity: identity,
                    home: home,
                    permissions: permissions,
                    leg: leg,
                    strategy: plan,
                    record: record,
                    context: known,
                    secrets: entry.rules.adding(to: secrets),
                    stop: stop,
                    approval: entry.approval
                )
            }
            switch try await options.reuse.answer(request(record), ancestors: ancestors) {
            case .reused(let outcome): return outcome
            case .run(let key):
                record.reuseKey = key
                return await JobExecution(run: run, request: request(record)).perform()
            }
        }
    }

    private func save(_ record: JobRecord) async {
        do {
            try await run.journal.save(record)
        } catch {
            run.observer.observe(.notice("The journal could not be written: \(error)"))
        }
        run.observer.observe(.job(record))
    }

    private func ended(_ result: JobResult, _ message: String?) async -> JobOutcome {
        var record = record
        record.status = .completed
        record.result = JobRecord.Result(result)
        record.message = message.map(run.masker.mask)
        record.endedAt = Date()
        await save(record)
        return JobOutcome(result: result, message: message, record: record)
    }
}
