import Core
import Workflows

/// What would run, and why, as far as can be known before anything runs.
package struct RunPlan: Sendable {
    package struct Job: Sendable {
        package let id: String
        package let name: String
        package let needs: [String]
        /// Names of the legs; nil where the matrix depends on jobs before it.
        package let legs: [String]?
        package let labels: [String]?
        package let environment: String?
        /// False only where that is certain.
        package let mayRun: Bool
        /// The condition and its values, where it was decided.
        package let reason: String?
        package let steps: [String]
    }

    package let jobs: [Job]
    /// Everything that cannot be done here, with its place.
    package let refusals: [Diagnostic]
}

/// Makes the plan of a workflow.
struct RunPlanner {
    let run: [(String, ExpressionValue)]
    let inputs: ExpressionValue
    let variables: ExpressionValue
    let skipsUnsupported: Bool

    static let supported: Set<WorkflowFeature> = [
        .matrix, .environment, .concurrency, .localAction, .sameRepositoryAction, .compositeAction, .nodeAction,
        .remoteAction, .dockerAction, .jobContainer, .services,
    ]

    static let support = SupportCheck(supported: supported) { reference in
        if case .repository(let owner, let name, let path, _) = reference {
            BuiltInActions.action(owner: owner, name: name, path: path) != nil
        } else {
            false
        }
    }

    func plan(_ workflow: Workflow, jobs selected: Set<String>?) -> RunPlan {
        let graph = JobGraph(workflow)
        var certainlySkipped: Set<String> = []
        var jobs: [RunPlan.Job] = []
        var refusals: [Diagnostic] = []
        for id in graph.order {
            guard let job = workflow.job(id), selected?.contains(id) ?? true else { continue }
            let context = context(of: job, graph: graph, skipped: certainlySkipped)
            let decision = decide(job, graph: graph, skipped: certainlySkipped, context: context)
            if !decision.mayRun { certainlySkipped.insert(id) }
            let plan = decision.mayRun ? expand(job, context, &refusals) : nil
            let labels = labels(of: job, plan, context)
            var isRunnable = decision.mayRun
            if isRunnable, let foreign = labels.first(where: { !HostEnvironment.serves(labels: $0) }) {
                if skipsUnsupported {
                    if labels.allSatisfy({ !HostEnvironment.serves(labels: $0) }) { isRunnable = false }
                } else if let place = job.stepsBody?.runsOn?.location {
                    refusals.append(Self.refusal(of: foreign, at: place))
                }
            }
            if isRunnable { refusals += checkShells(job, in: workflow) }
            jobs.append(
                RunPlan.Job(
                    id: id,
                    name: name(of: job, context),
                    needs: graph.needs(of: id),
                    legs: plan.map { plan in plan.legs.map { (try? job.displayName(of: $0, in: context)) ?? id } },
                    labels: labels.first,
                    environment: (try? job.stepsBody?.environment?.evaluateName(in: context)) ?? nil,
                    mayRun: isRunnable,
                    reason: decision.reason,
                    steps: job.steps.map { $0.name?.text ?? $0.defaultName }
                )
            )
        }
        let running = Set(jobs.filter(\.mayRun).map(\.id))
        refusals += Self.support.diagnostics(for: workflow, jobs: running)
        refusals += ContainerSupport.refusals(of: workflow, jobs: running)
        return RunPlan(jobs: jobs, refusals: refusals.sorted { $0.location < $1.location })
    }

    // MARK: - Conditions

    /// Takes jobs that may run as successful: what then is false is false for certain, unless the condition asks what
    /// only a run can tell.
    private func decide(
        _ job: WorkflowJob,
        graph: JobGraph,
        skipped: Set<String>,
        context: EvaluationContext
    ) -> (mayRun: Bool, reason: String?) {
        var asksNeeds = false
        job.condition.expression.root.visit { node in
            if case .context(let name) = node.kind, name.lowercased() == "needs" { asksNeeds = true }
            if case .call(let function, _) = node.kind, function.isStatusFunction { asksNeeds = true }
        }
        if asksNeeds { return (true, nil) }
        guard let explanation = try? job.condition.explain(in: context) else { return (true, nil) }
        return (explanation.result, explanation.text)
    }

    private func context(of job: WorkflowJob, graph: JobGraph, skipped: Set<String>) -> EvaluationContext {
        var context = EvaluationContext([
            "github": .object(run), "inputs": inputs, "vars": variables, "matrix": .null,
            "strategy": StrategyPlan.single.context(of: .single),
        ])
        context.status = NeedsStatus(
            ancestors: graph.ancestors(of: job.id).map {
                NeedsStatus.Ancestor(id: $0, result: skipped.contains($0) ? .skipped : .success)
            }
        )
        return context
    }

    // MARK: - Matrix and machine

    /// Nil where the matrix comes from a job that runs before it.
    private func expand(
        _ job: WorkflowJob,
        _ context: EvaluationContext,
        _ refusals: inout [Diagnostic]
    ) -> StrategyPlan? {
        guard let strategy = job.strategy else { return .single }
        if Self.asksNeeds(strategy.definition) { return nil }
        do {
            return try strategy.expand(in: context)
        } catch let failure as ExpressionFailure {
            refusals.append(failure.diagnostic)
            return nil
        } catch {
            return nil
        }
    }

    /// The labels of each leg, as far as they can be known.
    private func labels(of job: WorkflowJob, _ plan: StrategyPlan?, _ context: EvaluationContext) -> [[String]] {
        guard let runsOn = job.stepsBody?.runsOn, !Self.asksNeeds(runsOn.definition), let plan else { return [] }
        return plan.legs.compactMap { leg in
            var context = context
            context["matrix"] = leg.values
            return try? runsOn.evaluate(in: context).labels
        }
    }

    private static func refusal(of labels: [String], at place: SourceLocation) -> Diagnostic {
        Diagnostic(
            rule: "runner-label",
            "A job for \(labels.joined(separator: ", ")) cannot run here: this machine is \(HostEnvironment.system) "
                + HostEnvironment.architecture,
            at: place,
            help: "--skip-unsupported leaves such jobs out."
        )
    }

    private static func asksNeeds(_ value: TemplateValue) -> Bool {
        var found = false
        value.visitTemplates { template in
            for (expression, _) in template.expressions {
                expression.root.visit { node in
                    if case .context(let name) = node.kind, name.lowercased() == "needs" { found = true }
                }
            }
        }
        return found
    }

    private func name(of job: WorkflowJob, _ context: EvaluationContext) -> String {
        job.name.map { (try? $0.string(in: context)) ?? $0.text } ?? job.id
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
