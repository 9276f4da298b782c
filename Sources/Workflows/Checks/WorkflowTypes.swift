internal import Core

/// The types of the contexts at each place of a workflow.
struct WorkflowTypes {
    private let context: CheckContext
    private let workflowLevel: TypeEnvironment

    init(_ context: CheckContext) {
        self.context = context
        var environment = TypeEnvironment()
        environment["inputs"] = Self.inputs(of: context.workflow)
        if let secrets = Self.secrets(of: context.workflow) { environment["secrets"] = .object(secrets) }
        environment["jobs"] = .object(
            ObjectType(
                "the jobs of this workflow",
                context.workflow.jobs.map { ($0.id, Self.result(of: $0, context, title: "job")) }
            )
        )
        workflowLevel = environment
    }

    /// The environment of a place that belongs to a job or to one of its steps, or to neither.
    func environment(job: WorkflowJob?, before step: WorkflowStep?) -> TypeEnvironment {
        guard let job else { return workflowLevel }
        var environment = workflowLevel
        let needs = context.graph.needs(of: job.id)
        environment["needs"] = .object(
            ObjectType(
                needs.isEmpty ? "\"needs\": the job needs no other" : "the jobs that \"\(job.id)\" needs",
                needs.compactMap { id in
                    context.workflow.job(id).map { ($0.id, Self.result(of: $0, context, title: "job")) }
                }
            )
        )
        environment["matrix"] = Self.matrix(of: job)
        environment["steps"] = .object(steps(of: job, before: step))
        environment.ancestors = context.graph.ancestors(of: job.id)
        return environment
    }

    // MARK: - Inputs and secrets

    private static func inputs(of workflow: Workflow) -> ExpressionType {
        let all = workflow.triggers.flatMap(\.inputs)
        return .object(
            ObjectType(
                all.isEmpty ? "\"inputs\": the workflow declares none" : "the inputs of this workflow",
                all.map { ($0.id, $0.kind.type) }
            )
        )
    }

    /// A workflow that is only ever called has the secrets it declares, and more only where a caller inherits.
    private static func secrets(of workflow: Workflow) -> ObjectType? {
        guard workflow.triggers.count == 1, let call = workflow.trigger("workflow_call"), !call.secrets.isEmpty else {
            return nil
        }
        var secrets = ObjectType(
            "the secrets that this workflow declares",
            call.secrets.map { ($0.id, .string) } + [("GITHUB_TOKEN", .string)]
        )
        secrets.severity = .warning
        return secrets
    }

    // MARK: - Jobs and steps

    private static func result(of job: WorkflowJob, _ context: CheckContext, title: String) -> ExpressionType {
        let name = "the outputs of \(title) \"\(job.id)\""
        let outputs: ExpressionType
        switch job.body {
        case .steps(let body):
            let entries = body.outputs?.mapping ?? []
            if body.outputs != nil, body.outputs?.mapping == nil || entries.contains(where: { $0.name == nil }) {
                outputs = .any
            } else {
                outputs = .object(ObjectType(name, entries.compactMap { entry in entry.name.map { ($0, .string) } }))
            }
        case .call(let call):
            if let callee = context.files.workflow(call.reference)?.trigger("workflow_call") {
                outputs = .object(ObjectType(name, callee.outputs.map { ($0.id, .string) }))
            } else {
                outputs = .any
            }
        }
        return .object(ObjectType("\(title) \"\(job.id)\"", [("result", .string), ("outputs", outputs)]))
    }

    private func steps(of job: WorkflowJob, before step: WorkflowStep?) -> ObjectType {
        var seen: [(String, ExpressionType)] = []
        for candidate in job.steps {
            let inner = candidate.parallelSteps
            if let step, ([candidate] + inner).contains(where: { $0.contextName == step.contextName }) { break }
            for one in [candidate] + inner {
                guard let id = one.id?.value else { continue }
                seen.append((id, StepTypes.step(one, id: id, context.files)))
            }
        }
        let title = step == nil ? "the steps of job \"\(job.id)\"" : "the steps before this one"
        return ObjectType(title, seen)
    }

    // MARK: - Matrix

    private static func matrix(of job: WorkflowJob) -> ExpressionType {
        guard let matrix = job.strategy?.matrix else {
            if job.strategy?.definition.template != nil { return .any }
            return .object(ObjectType("\"matrix\": the job has none"))
        }
        guard let entries = matrix.mapping else { return .any }
        var type = ObjectType("the matrix of job \"\(job.id)\"")
        for entry in entries {
            guard let name = entry.name else { return .any }
            if name == "exclude" { continue }
            guard let elements = entry.value.sequence else {
                // An expression gives the whole vector; for "include" it may bring any key.
                if name == "include" { return .any }
                type.set(name, .any)
                continue
            }
            if name == "include" {
                for element in elements {
                    guard let members = element.mapping else { return .any }
                    for member in members {
                        guard let key = member.name else { return .any }
                        let value = member.value.literalType
                        type.set(key, type[key].map { $0.merged(with: value) } ?? value)
                    }
                }
            } else {
                let value = ExpressionType.merge(elements.map(\.literalType))
                type.set(name, type[name].map { $0.merged(with: value) } ?? value)
            }
        }
        return .object(type)
    }
}

/// The type of what a step leaves in the `steps` context.
enum StepTypes {
    static func step(_ step: WorkflowStep, id: String, _ files: FileResolver) -> ExpressionType {
        .object(
            ObjectType(
                "step \"\(id)\"",
                [("outputs", outputs(of: step, id: id, files)), ("outcome", .string), ("conclusion", .string)]
            )
        )
    }

    /// The outputs of a script are its own business; those of an action that is known are not.
    private static func outputs(of step: WorkflowStep, id: String, _ files: FileResolver) -> ExpressionType {
        let title = "the outputs of step \"\(id)\""
        guard let reference = step.uses?.reference else { return ContextTypes.strings(title) }
        if let action = files.action(reference) {
            if case .composite = action.runs {
                return .object(ObjectType(title, action.outputs.map { ($0.id, .string) }))
            }
            return ContextTypes.strings(title)
        }
        if let known = ActionCatalog.interface(of: reference) {
            var type = ObjectType(title, known.outputs.map { ($0, .string) })
            type.severity = .warning
            if known.hasMoreOutputs { type.rest = .string }
            return .object(type)
        }
        return ContextTypes.strings(title)
    }
}

extension InputDefinition.Kind {
    var type: ExpressionType {
        switch self {
        case .boolean: .boolean
        case .number: .number
        case .string, .choice, .environment: .string
        }
    }
}

extension TemplateValue {
    /// The type of a value as far as it is written out.
    var literalType: ExpressionType {
        switch content {
        case .scalar(let template): return template.literal.map(ExpressionType.init) ?? .any
        case .condition: return .boolean
        case .sequence(let elements):
            return .array(ExpressionType.merge(elements.map(\.literalType)), isFiltered: false)
        case .mapping(let entries):
            var type = ObjectType("the object")
            for entry in entries {
                guard let name = entry.name else { return .any }
                type.set(name, entry.value.literalType)
            }
            return .object(type)
        }
    }
}
