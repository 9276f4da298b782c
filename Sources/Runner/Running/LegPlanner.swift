import OrderedCollections
import Workflows

/// Makes the plan of one leg of a job: its steps and their conditions.
struct LegPlanner {
    let job: WorkflowJob
    let workflow: Workflow

    func plan(
        _ leg: MatrixLeg,
        _ foresight: Foresight,
        call: (WorkflowJob.CallBody) -> RunPlan.Call?
    ) -> RunPlan.Leg {
        let body = job.stepsBody
        return RunPlan.Leg(
            name: name(of: leg, foresight),
            labels: body?.runsOn.flatMap { runsOn in
                foresight.knows(runsOn.definition) ? try? runsOn.evaluate(in: foresight.context).labels : nil
            },
            environment: body?.environment.flatMap { environment in
                let name = environment.definition["name"] ?? environment.definition
                guard foresight.knows(name) else { return name.template?.text }
                let text = try? environment.evaluateName(in: foresight.context)
                return text?.isEmpty == true ? nil : text
            },
            concurrency: job.concurrency.flatMap { concurrency(of: $0, foresight) },
            steps: body.map { steps($0.steps, stepForesight($0, foresight)) } ?? [],
            call: job.call.flatMap(call)
        )
    }

    private func name(of leg: MatrixLeg, _ foresight: Foresight) -> String {
        guard job.name.map(foresight.knows) ?? true else { return job.name?.text ?? job.id }
        return (try? job.displayName(of: leg, in: foresight.context)) ?? job.id
    }

    private func concurrency(of definition: ConcurrencyDefinition, _ foresight: Foresight) -> String? {
        guard foresight.knows(definition.definition) else {
            return (definition.definition["group"] ?? definition.definition).template?.text
        }
        guard let group = try? definition.evaluate(in: foresight.context), !group.name.isEmpty else { return nil }
        return group.name + (group.cancelInProgress ? " (cancels what is in progress)" : "")
    }

    // MARK: - Steps

    /// Steps see what earlier ones left, the machine and the job, which only the run brings.
    private func stepForesight(_ body: WorkflowJob.StepsBody, _ job: Foresight) -> Foresight {
        var foresight = job
        foresight.unknown.formUnion(["steps", "job", "secrets", "env"])
        foresight.context["runner"] = [
            "os": .string(HostEnvironment.system), "arch": .string(HostEnvironment.architecture),
            "environment": "self-hosted",
        ]
        foresight.success = true
        var variables: OrderedDictionary<String, ExpressionValue> = [:]
        for value in [workflow.env, body.env].compactMap({ $0 }) { add(value, to: &variables, foresight) }
        foresight.set(variables)
        return foresight
    }

    /// Variables whose values are known; one that is not hides an earlier one of its name.
    private func add(
        _ value: TemplateValue,
        to variables: inout OrderedDictionary<String, ExpressionValue>,
        _ foresight: Foresight
    ) {
        for entry in value.mapping ?? [] {
            guard let name = entry.name else { continue }
            let isKnown = foresight.knows(entry.value)
            variables[name] = isKnown ? try? .string(entry.value.evaluate(in: foresight.context).text) : nil
        }
    }

    private func steps(_ steps: [WorkflowStep], _ first: Foresight) -> [RunPlan.Step] {
        var foresight = first
        return steps.map { step in
            defer { foresight.success = nil }
            return plan(step, foresight)
        }
    }

    private func plan(_ step: WorkflowStep, _ job: Foresight) -> RunPlan.Step {
        var foresight = job
        if let env = step.env {
            var variables = foresight.knownVariables
            add(env, to: &variables, foresight)
            foresight.set(variables)
        }
        let condition: ConditionForecast
        switch step.kind {
        case .run, .uses:
            condition = (try? step.condition.forecast(foresight)) ?? .undecided(step.condition)
        case .wait, .waitAll, .cancel, .parallel: condition = .always
        }
        return RunPlan.Step(
            name: step.name.map(foresight.text) ?? step.defaultName,
            condition: condition,
            inner: step.parallelSteps.map { plan($0, job) },
            isBackground: step.isBackground
        )
    }
}

extension Foresight {
    fileprivate var knownVariables: OrderedDictionary<String, ExpressionValue> {
        guard case .object(let object) = context["env"] else { return [:] }
        return OrderedDictionary(uniqueKeysWithValues: object.entries.map { ($0.key, $0.value) })
    }

    fileprivate mutating func set(_ known: OrderedDictionary<String, ExpressionValue>) {
        context["env"] = .object(ExpressionObject(known.map { ($0.key, $0.value) }, caseSensitive: true))
        variables = Set(known.keys)
    }
}
