import Core
import Workflows

/// Makes the plan of a workflow and of all that it calls.
final class RunPlanner {
    private let run: [(String, ExpressionValue)]
    private let variables: ExpressionValue
    private let skipsUnsupported: Bool
    private var refusals: [Diagnostic] = []

    static let supported: Set<WorkflowFeature> = [
        .matrix, .environment, .concurrency, .localAction, .sameRepositoryAction, .compositeAction, .nodeAction,
        .backgroundSteps, .reusableWorkflow, .remoteReusableWorkflow, .cancelTimeout,
    ]

    static let support = SupportCheck(supported: supported) { reference in
        if case .repository(let owner, let name, let path, _) = reference {
            BuiltInActions.action(owner: owner, name: name, path: path) != nil
        } else {
            false
        }
    }

    init(run: [(String, ExpressionValue)], variables: ExpressionValue, skipsUnsupported: Bool) {
        self.run = run
        self.variables = variables
        self.skipsUnsupported = skipsUnsupported
    }

    func plan(_ unit: WorkflowUnit, inputs: ExpressionValue, jobs selected: Set<String>?) -> RunPlan {
        let jobs = plan(unit, inputs: inputs, only: selected)
        var seen: Set<Diagnostic> = []
        let unique = refusals.filter { seen.insert($0).inserted }
        return RunPlan(jobs: jobs, refusals: unique.sorted { $0.location < $1.location })
    }

    /// The jobs of one workflow; inputs are nil where they depend on jobs before the call.
    private func plan(_ unit: WorkflowUnit, inputs: ExpressionValue?, only selected: Set<String>?) -> [RunPlan.Job] {
        let workflow = unit.workflow
        let graph = JobGraph(workflow)
        var skipped: Set<String> = []
        var jobs: [RunPlan.Job] = []
        for id in graph.order {
            guard let job = workflow.job(id), selected?.contains(id) ?? true else { continue }
            let planned = plan(job, in: unit, graph, inputs: inputs, skipped: skipped)
            if !planned.mayRun { skipped.insert(id) }
            jobs.append(planned)
        }
        refusals += Self.support.diagnostics(for: workflow, jobs: Set(jobs.filter(\.mayRun).map(\.id)))
        return jobs
    }

    private func plan(
        _ job: WorkflowJob,
        in unit: WorkflowUnit,
        _ graph: JobGraph,
        inputs: ExpressionValue?,
        skipped: Set<String>
    ) -> RunPlan.Job {
        let ancestors = graph.ancestors(of: job.id)
        let foresight = jobForesight(
            inputs: inputs,
            success: ancestors.contains(where: skipped.contains) ? false : ancestors.isEmpty ? true : nil
        )
        let condition: ConditionForecast
        do {
            condition = try job.condition.forecast(foresight)
        } catch {
            // The run itself says so again, as the job's failure: it is no reason to refuse the others.
            condition = .undecided(job.condition, values: StepFailure.message(of: error))
        }
        var mayRun = condition.certain != false
        var note: String?
        let expansion = mayRun ? expand(job, foresight) : nil
        if mayRun, let refusal = refusedMachine(job, expansion, foresight) {
            if skipsUnsupported {
                if refusal.isWhole {
                    mayRun = false
                    note = refusal.message
                }
            } else {
                refusals.append(refusal.diagnostic)
            }
        }
        if mayRun { refusals += checkShells(job, in: unit.workflow) }
        let legs = mayRun ? expansion?.legs ?? [.single] : []
        let planner = LegPlanner(job: job, workflow: unit.workflow)
        return RunPlan.Job(
            id: job.id,
            name: job.name.map(foresight.text) ?? job.id,
            needs: graph.needs(of: job.id),
            condition: condition,
            mayRun: mayRun,
            note: note,
            isExpanded: !mayRun || expansion != nil,
            maxParallel: expansion?.maxParallel,
            legs: legs.map { leg in
                let known = legForesight(leg, expansion, foresight)
                return planner.plan(leg, known) { [self] call in
                    unit.calls[job.id].map { plan($0, calledBy: call, known) }
                }
            }
        )
    }

    /// A called workflow, with the inputs that the leg gives it.
    private func plan(_ unit: WorkflowUnit, calledBy call: WorkflowJob.CallBody, _ foresight: Foresight) -> RunPlan.Call
    {
        var inputs: ExpressionValue?
        if let trigger = unit.workflow.trigger("workflow_call"), call.with.map(foresight.knows) ?? true {
            let callee = EvaluationContext(["github": .object(run), "vars": variables])
            inputs = try? WorkflowInputs.resolve(trigger, with: call, caller: foresight.context, callee: callee)
        }
        return RunPlan.Call(file: unit.home.file, jobs: plan(unit, inputs: inputs, only: nil))
    }

    // MARK: - What is known

    private func jobForesight(inputs: ExpressionValue?, success: Bool?) -> Foresight {
        let context = EvaluationContext([
            "github": .object(run), "inputs": inputs ?? .null, "vars": variables, "matrix": .null,
            "strategy": StrategyPlan.single.context(of: .single),
        ])
        return Foresight(context, unknown: inputs == nil ? ["needs", "inputs"] : ["needs"], success: success)
    }

    private func legForesight(_ leg: MatrixLeg, _ plan: StrategyPlan?, _ job: Foresight) -> Foresight {
        var known = job
        guard let plan else {
            known.unknown.formUnion(["matrix", "strategy"])
            return known
        }
        known.context["matrix"] = leg.values
        known.context["strategy"] = plan.context(of: leg)
        return known
    }

    /// Nil where the matrix comes from a job that runs before it.
    private func expand(_ job: WorkflowJob, _ foresight: Foresight) -> StrategyPlan? {
        guard let strategy = job.strategy else { return .single }
        guard foresight.knows(strategy.definition) else { return nil }
        do {
            return try strategy.expand(in: foresight.context)
        } catch let failure as ExpressionFailure {
            refusals.append(failure.diagnostic)
        } catch {
            refusals.append(Diagnostic(rule: "matrix", "\(error)", at: strategy.location))
        }
        return nil
    }

    // MARK: - Machine

    private struct Refusal {
        let message: String
        let diagnostic: Diagnostic
        /// Whether no leg of the job can run here.
        let isWhole: Bool
    }

    private func refusedMachine(_ job: WorkflowJob, _ plan: StrategyPlan?, _ foresight: Foresight) -> Refusal? {
        guard let runsOn = job.stepsBody?.runsOn else { return nil }
        let labels = (plan?.legs ?? [.single]).compactMap { leg -> [String]? in
            let known = legForesight(leg, plan, foresight)
            guard known.knows(runsOn.definition) else { return nil }
            return try? runsOn.evaluate(in: known.context).labels
        }
        guard let foreign = labels.first(where: { !HostEnvironment.serves(labels: $0) }) else { return nil }
        let message =
            "A job for \(foreign.joined(separator: ", ")) cannot run here: this machine is \(HostEnvironment.system) "
            + HostEnvironment.architecture
        return Refusal(
            message: message,
            diagnostic: Diagnostic(
                rule: "runner-label",
                message,
                at: runsOn.location,
                help: "--skip-unsupported leaves such jobs out."
            ),
            isWhole: labels.allSatisfy { !HostEnvironment.serves(labels: $0) }
        )
    }

    /// Shells that are written out and exist on no Linux or macOS machine.
    private func checkShells(_ job: WorkflowJob, in workflow: Workflow) -> [Diagnostic] {
        let shells = [workflow.defaults?.shell, job.stepsBody?.defaults?.shell] + job.allSteps.map { $0.run?.shell }
        return shells.compactMap { template in
            guard let template, let text = template.constantText, !Shell.isKnown(text) else { return nil }
            return Diagnostic(
                rule: "shell",
                "The shell \"\(text)\" cannot be used here",
                at: template.location,
                help: "Use bash, sh, python, pwsh, or a command with {0} for the script."
            )
        }
    }
}
