internal import Core

/// Makes a workflow of a template value.
struct WorkflowBuilder {
    let file: SourceText
    private(set) var diagnostics: [Diagnostic] = []

    init(file: SourceText) { self.file = file }

    mutating func workflow(_ root: TemplateValue) -> Workflow {
        var triggers = TriggerBuilder()
        let events = triggers.triggers(root["on"])
        diagnostics += triggers.diagnostics
        let jobs = (root["jobs"]?.mapping ?? []).compactMap { job($0) }
        if let value = root["jobs"], value.mapping?.isEmpty == true {
            diagnostics.append(Diagnostic(rule: "empty", "A workflow needs at least one job", at: value.location))
        }
        return Workflow(
            path: file.file,
            source: file,
            name: root["name"]?.located,
            description: root["description"]?.text,
            runName: root["run-name"]?.template,
            triggers: events,
            permissions: permissions(root["permissions"]),
            env: root["env"],
            defaults: defaults(root["defaults"]),
            concurrency: concurrency(root["concurrency"]),
            jobs: jobs
        )
    }

    private mutating func job(_ entry: TemplateValue.Entry) -> WorkflowJob? {
        guard let id = entry.name else { return nil }
        let value = entry.value
        return WorkflowJob(
            id: id,
            location: entry.key.location,
            name: value["name"]?.template,
            needs: value["needs"]?.list ?? [],
            condition: value["if"]?.condition ?? .success,
            strategy: value["strategy"].map(StrategyDefinition.init),
            permissions: permissions(value["permissions"]),
            concurrency: concurrency(value["concurrency"]),
            body: value["uses"] == nil ? .steps(stepsBody(value)) : .call(callBody(value))
        )
    }

    private mutating func stepsBody(_ value: TemplateValue) -> WorkflowJob.StepsBody {
        var builder = StepBuilder(isAction: false)
        let steps = builder.steps(value["steps"])
        diagnostics += builder.diagnostics
        return WorkflowJob.StepsBody(
            runsOn: value["runs-on"].map(RunsOnDefinition.init),
            env: value["env"],
            environment: value["environment"].flatMap { $0.isNull ? nil : EnvironmentDefinition(definition: $0) },
            defaults: defaults(value["defaults"]),
            outputs: value["outputs"],
            timeoutMinutes: value["timeout-minutes"]?.template,
            cancelTimeoutMinutes: value["cancel-timeout-minutes"]?.template,
            continueOnError: value["continue-on-error"]?.template,
            container: value["container"].map(ContainerDefinition.init),
            services: value["services"].map(ServicesDefinition.init),
            snapshot: value["snapshot"]?.location,
            steps: steps
        )
    }

    private mutating func callBody(_ value: TemplateValue) -> WorkflowJob.CallBody {
        let uses = value["uses"]?.located ?? Located("", at: value.location)
        let reference = WorkflowReference(uses.value)
        if reference == nil, !uses.value.isEmpty {
            diagnostics.append(
                Diagnostic(
                    rule: "workflow-reference",
                    "\"\(uses.value)\" names no reusable workflow",
                    at: uses.location,
                    help: "Write ./.github/workflows/name.yml or owner/name/.github/workflows/name.yml@ref."
                )
            )
        }
        var secrets = WorkflowJob.CallSecrets.none
        if let given = value["secrets"] { secrets = given.text == "inherit" ? .inherit : .mapping(given) }
        return WorkflowJob.CallBody(uses: uses, reference: reference, with: value["with"], secrets: secrets)
    }

    // MARK: - Shared parts

    private func permissions(_ value: TemplateValue?) -> Permissions? {
        guard let value else { return nil }
        switch value.text {
        case "read-all": return .readAll
        case "write-all": return .writeAll
        default:
            let scopes = (value.mapping ?? []).compactMap { entry -> (String, Permissions.Level)? in
                guard let name = entry.name, let text = entry.value.text, let level = Permissions.Level(rawValue: text)
                else { return nil }
                return (name, level)
            }
            return .scopes(Dictionary(scopes, uniquingKeysWith: { first, _ in first }))
        }
    }

    private func defaults(_ value: TemplateValue?) -> RunDefaults? {
        guard let run = value?["run"] else { return nil }
        return RunDefaults(shell: run["shell"]?.template, workingDirectory: run["working-directory"]?.template)
    }

    private mutating func concurrency(_ value: TemplateValue?) -> ConcurrencyDefinition? {
        guard let value else { return nil }
        if value["queue"]?.text == "max", value["cancel-in-progress"]?.flag == true {
            diagnostics.append(
                Diagnostic(
                    rule: "concurrency",
                    "\"queue: max\" and \"cancel-in-progress: true\" exclude each other",
                    at: value["queue"]?.location ?? value.location
                )
            )
        }
        return ConcurrencyDefinition(definition: value)
    }
}
