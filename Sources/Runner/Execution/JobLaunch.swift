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
        var approval: String?
        if let definition = body.environment {
            let environment = try definition.evaluateName(in: context)
            record.environment = environment.isEmpty ? nil : environment
            if !environment.isEmpty {
                switch try await approve(environment, record) {
                case .notNeeded: break
                case .approved(let text): approval = text
                case .rejected(let who): return await ended(.failure, "\(who) rejected the job for \(environment)")
                case .waiting:
                    record.status = .waiting
                    record.message = "waits for approval of \(environment)"
                    await save(record)
                    return nil
                }
            }
        }
        guard let concurrency = try job.concurrency?.evaluate(in: context) else {
            return try await runInSlot(body, record, approval, stop)
        }
        return try await runInGroup(concurrency, body, record, approval)
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

    // MARK: - Approval

    private enum Approval {
        case notNeeded
        case approved(String)
        case rejected(String)
        case waiting
    }

    private func approve(_ environment: String, _ record: JobRecord) async throws -> Approval {
        guard try await options.policy.needsApproval(environment: environment) else { return .notNeeded }
        let request = ApprovalRequest(environment: environment, job: record.name, run: run.record)
        guard let decision = try await options.approver.decide(request) else { return .waiting }
        let now = Date()
        try await run.journal.add(
            ApprovalRecord(
                runId: run.record.id,
                jobKey: record.key,
                environment: environment,
                decision: decision.isApproved ? .approved : .rejected,
                decidedBy: decision.by,
                decidedAt: now,
                how: decision.how
            )
        )
        let verb = decision.isApproved ? "approved" : "rejected"
        run.observer.observe(.notice("\(record.name): \(verb) for \(environment) by \(decision.by) (\(decision.how))"))
        guard decision.isApproved else { return .rejected(decision.by) }
        let json: JSON = [
            "environment": .string(environment), "by": .string(decision.by),
            "at": .string(now.formatted(.iso8601)), "via": .string("run \(run.record.id)"),
        ]
        return .approved(json.text())
    }

    // MARK: - Concurrency, slot, journal

    private func runInGroup(
        _ group: ConcurrencyDefinition.Group,
        _ body: WorkflowJob.StepsBody,
        _ record: JobRecord,
        _ approval: String?
    ) async throws -> JobOutcome {
        let gate = try ConcurrencyGate(group, scope: run.identity.fullName, state: run.layout.state)
        let admission = try await gate.enter(stop: stop) { run.observer.observe(.notice("\(record.name): \($0)")) }
        guard case .admitted(let lock) = admission else {
            return await ended(.cancelled, "a newer one waits for the concurrency group \"\(group.name)\"")
        }
        defer {
            gate.leave()
            withExtendedLifetime(lock) {}
        }
        let own = stop.makeChild()
        return try await withThrowingTaskGroup(of: JobOutcome?.self) { tasks in
            tasks.addTask { try await runInSlot(body, record, approval, own) }
            tasks.addTask {
                await gate.waitForCancelRequest(stop: own)
                return nil
            }
            defer { tasks.cancelAll() }
            while let outcome = try await tasks.next() {
                if let outcome { return outcome }
            }
            throw CancellationError()
        }
    }

    private func runInSlot(
        _ body: WorkflowJob.StepsBody,
        _ record: JobRecord,
        _ approval: String?,
        _ stop: StopSignal
    ) async throws -> JobOutcome {
        try await run.slots.withSlot {
            if stop.isStopped { return await ended(.cancelled, nil) }
            var record = record
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
                    context: context,
                    secrets: secrets,
                    stop: stop,
                    approval: approval
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
