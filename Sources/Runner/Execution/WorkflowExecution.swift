import Core
import Foundation
import Journal
import OrderedCollections
import Workflows

/// Runs the jobs of one workflow: each as soon as what it needs is done, legs of a matrix side by side.
///
/// It belongs to the one task that runs the workflow; jobs run in child tasks and report back to it.
final class WorkflowExecution {
    struct Options: Sendable {
        /// Nil: all jobs.
        var jobs: Set<String>?
        var skipsUnsupported = false
        var policy: any EnvironmentPolicy
        var approver: any Approver
        var reuse: JobReuse
    }

    let run: RunContext
    let unit: WorkflowUnit
    let frame: CallFrame
    let identity: WorkflowIdentity
    let graph: JobGraph
    let options: Options
    let inputs: ExpressionValue
    let secrets: ExpressionValue
    private let stop: StopSignal
    private var groups: OrderedDictionary<String, JobGroup> = [:]

    var workflow: Workflow { unit.workflow }

    init(
        run: RunContext,
        unit: WorkflowUnit,
        frame: CallFrame,
        identity: WorkflowIdentity,
        options: Options,
        inputs: ExpressionValue,
        secrets: ExpressionValue,
        stop: StopSignal
    ) {
        self.run = run
        self.unit = unit
        self.frame = frame
        self.identity = identity
        graph = JobGraph(unit.workflow)
        self.options = options
        self.inputs = inputs
        self.secrets = secrets
        self.stop = stop
        for id in graph.order {
            guard let job = unit.workflow.job(id), options.jobs?.contains(id) ?? true else { continue }
            groups[id] = JobGroup(job: job, stop: stop.makeChild())
        }
    }

    /// Runs all jobs, when the workflow's concurrency group lets it.
    func performInGroup() async throws -> (result: JobResult, isWaiting: Bool) {
        let group = try workflow.concurrency?.evaluate(in: workflowContext)
        let name = frame.names.isEmpty ? "The run" : frame.names.joined(separator: " / ")
        let answer = try await ConcurrencyGate.hold(group, run: run, subject: name, stop: stop) { _ in await perform() }
        return answer ?? (.cancelled, false)
    }

    private struct Completion: Sendable {
        let id: String
        let leg: Int
        let outcome: JobOutcome?
    }

    /// Runs all jobs.
    ///
    /// - Returns: the worst result of them, and whether one waits for an approval.
    func perform() async -> (result: JobResult, isWaiting: Bool) {
        await withTaskGroup(of: Completion.self) { tasks in
            await startReady(&tasks)
            while let completion = await tasks.next() {
                await handle(completion)
                await startReady(&tasks)
            }
        }
        return verdict
    }

    private var verdict: (result: JobResult, isWaiting: Bool) {
        let finished = groups.values.filter { $0.result != nil }
        let isWaiting = groups.values.contains { $0.isWaiting }
        if finished.contains(where: { $0.result == .failure && !$0.isTolerated }) { return (.failure, isWaiting) }
        if finished.contains(where: { $0.result == .cancelled }) { return (.cancelled, isWaiting) }
        if !finished.isEmpty, finished.allSatisfy({ $0.result == .skipped }) { return (.skipped, isWaiting) }
        return (.success, isWaiting)
    }

    // MARK: - Starting

    /// Starts everything that can start now, until nothing more is decided.
    private func startReady(_ tasks: inout TaskGroup<Completion>) async {
        var progressed = true
        while progressed {
            progressed = false
            for id in groups.keys {
                guard let group = groups[id], !group.isDecided, needsAreDone(id) else { continue }
                groups[id]?.isDecided = true
                await decide(id, group.job)
                progressed = true
            }
        }
        for id in groups.keys { launchLegs(of: id, &tasks) }
    }

    private func needsAreDone(_ id: String) -> Bool {
        graph.needs(of: id).allSatisfy { groups[$0].map { $0.result != nil } ?? true }
    }

    /// Evaluates a job's condition, and its matrix if it runs.
    private func decide(_ id: String, _ job: WorkflowJob) async {
        do {
            let context = jobContext(id)
            let ancestors = graph.ancestors(of: id).compactMap { need -> NeedsStatus.Ancestor? in
                guard let group = groups[need], let result = group.result else { return nil }
                return NeedsStatus.Ancestor(id: need, result: result, isTolerated: group.isTolerated)
            }
            var conditional = context
            conditional.status = NeedsStatus(ancestors: ancestors, isCancelled: stop.isStopped)
            let explanation = try job.condition.explain(in: conditional)
            guard explanation.result else {
                let result: JobResult = stop.isStopped ? .cancelled : .skipped
                await settle(id, result, message: explanation.text, context: context)
                return
            }
            let plan = try job.strategy?.expand(in: context) ?? .single
            guard !plan.legs.isEmpty else {
                await settle(id, .skipped, message: "its matrix has no jobs", context: context)
                return
            }
            groups[id]?.plan = plan
            for leg in plan.legs {
                let record = try await enqueue(job, leg, plan, context)
                groups[id]?.pending.append((leg, record))
            }
        } catch {
            await settle(id, .failure, message: StepFailure.message(of: error), context: jobContext(id))
        }
    }

    /// Ends a job that never starts.
    private func settle(_ id: String, _ result: JobResult, message: String, context: EvaluationContext) async {
        guard let job = groups[id]?.job else { return }
        groups[id]?.result = result
        groups[id]?.pending = []
        let leg = MatrixLeg.single
        let name = (try? job.displayName(of: leg, in: context)) ?? id
        var record = newRecord(job, key: frame.key(of: job, parts: []), name: name)
        record.status = .completed
        record.result = JobRecord.Result(result)
        record.message = run.masker.mask(message)
        await save(record)
    }

    private func enqueue(
        _ job: WorkflowJob,
        _ leg: MatrixLeg,
        _ plan: StrategyPlan,
        _ context: EvaluationContext
    ) async throws -> JobRecord {
        var context = context
        context["matrix"] = leg.values
        context["strategy"] = plan.context(of: leg)
        let name = try job.displayName(of: leg, in: context)
        var record = newRecord(job, key: frame.key(of: job, parts: leg.nameParts), name: name)
        if plan.hasMatrix { record.matrix = leg.values.plainJSON }
        // A job that calls is seen through the jobs of what it calls.
        if job.call == nil { await save(record) }
        return record
    }

    private func newRecord(_ job: WorkflowJob, key: String, name: String) -> JobRecord {
        JobRecord(
            runId: run.record.id,
            key: key,
            jobId: frame.id(of: job),
            name: run.masker.mask(frame.name(name)),
            position: frame.ledger.nextPosition(),
            directory: "runs/\(run.record.id)/jobs/\(key)"
        )
    }

    private func save(_ record: JobRecord) async {
        do {
            try await run.journal.save(record)
        } catch {
            run.observer.observe(.notice("The journal could not be written: \(error)"))
        }
        run.observer.observe(.job(record))
    }

    /// Starts pending legs, as many as `max-parallel` allows; the machine's cores are a limit of their own.
    private func launchLegs(of id: String, _ tasks: inout TaskGroup<Completion>) {
        guard var group = groups[id], let plan = group.plan else { return }
        while !group.pending.isEmpty, group.running < plan.maxParallel ?? .max {
            let (leg, record) = group.pending.removeFirst()
            group.running += 1
            var context = jobContext(id)
            context["matrix"] = leg.values
            context["strategy"] = plan.context(of: leg)
            let job = group.job
            let ancestors = frame.keys(of: graph.ancestors(of: id))
            let permissions = PermissionLimit(caller: frame.permissions).effective(for: job, in: workflow)
            if let call = job.call {
                let launch = CallLaunch(
                    run: run,
                    identity: identity,
                    options: options,
                    job: job,
                    call: call,
                    unit: unit.calls[job.id],
                    record: record,
                    context: context,
                    secrets: secrets,
                    stop: group.stop,
                    frame: frame.inside(job, record, ancestors: ancestors, permissions: permissions)
                )
                tasks.addTask { Completion(id: id, leg: leg.index, outcome: await launch.perform()) }
            } else {
                let launch = JobLaunch(
                    run: run,
                    workflow: workflow,
                    identity: identity,
                    home: unit.home,
                    permissions: permissions,
                    job: job,
                    leg: leg,
                    plan: plan,
                    record: record,
                    context: context,
                    secrets: secrets,
                    stop: group.stop,
                    ancestors: ancestors,
                    options: options
                )
                tasks.addTask { Completion(id: id, leg: leg.index, outcome: await launch.perform()) }
            }
        }
        groups[id] = group
    }

    // MARK: - Ending

    private func handle(_ completion: Completion) async {
        guard var group = groups[completion.id], let plan = group.plan else { return }
        group.running -= 1
        group.finished += 1
        if let outcome = completion.outcome {
            group.outcomes.append(outcome)
            for (name, value) in outcome.outputs where !value.isEmpty { group.outputs[name] = value }
            if outcome.result == .failure, !outcome.isTolerated, plan.failFast, plan.legs.count > 1 {
                group.stop.stop(.cancelled)
            }
        } else {
            group.isWaiting = true
        }
        if group.finished == plan.legs.count, !group.isWaiting {
            let results = group.outcomes.map(\.result)
            let failures = group.outcomes.filter { $0.result == .failure }
            group.isTolerated = !failures.isEmpty && failures.allSatisfy(\.isTolerated)
            group.result =
                !failures.isEmpty
                ? .failure
                : results.contains(.cancelled)
                    ? .cancelled : results.allSatisfy { $0 == .skipped } ? .skipped : .success
        }
        groups[completion.id] = group
    }

    // MARK: - Contexts

    /// What the workflow itself sees: `run-name`, `concurrency`.
    private var workflowContext: EvaluationContext {
        EvaluationContext([
            "github": .object(run.github(workflow: identity)), "inputs": inputs, "vars": run.variablesContext,
        ])
    }

    /// What outputs of `workflow_call` see, when all jobs are done.
    var outputContext: EvaluationContext {
        var context = workflowContext
        context["jobs"] = .object(groups.map { ($0.key, $0.value.context) })
        return context
    }

    /// What a job's own expressions see: no `env`, no secrets.
    private func jobContext(_ id: String) -> EvaluationContext {
        let needs = graph.needs(of: id).map { ($0, groups[$0]?.context ?? JobGroup.skipped) }
        var context = workflowContext
        context["needs"] = .object(needs)
        context["strategy"] = StrategyPlan.single.context(of: .single)
        context["matrix"] = .null
        return context
    }
}

/// What is known of one job of the graph, with all its legs.
private struct JobGroup {
    let job: WorkflowJob
    let stop: StopSignal
    var isDecided = false
    var isWaiting = false
    var plan: StrategyPlan?
    var pending: [(leg: MatrixLeg, record: JobRecord)] = []
    var running = 0
    var finished = 0
    var outcomes: [JobOutcome] = []
    var outputs: OrderedDictionary<String, String> = [:]
    var result: JobResult?
    var isTolerated = false

    init(job: WorkflowJob, stop: StopSignal) {
        self.job = job
        self.stop = stop
    }

    /// The job as `needs` and `jobs` show it.
    var context: ExpressionValue { Self.context(result ?? .skipped, outputs) }

    /// A job that was left out.
    static let skipped = context(.skipped, [:])

    private static func context(_ result: JobResult, _ outputs: OrderedDictionary<String, String>) -> ExpressionValue {
        .object([
            ("result", .string(result.rawValue)),
            ("outputs", .object(outputs.map { ($0.key, .string($0.value)) })),
        ])
    }
}

extension MatrixLeg {
    /// The only leg of a job without a matrix.
    static var single: MatrixLeg { StrategyPlan.single.legs[0] }
}
