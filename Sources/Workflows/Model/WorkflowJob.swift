package import Core

/// A job of a workflow: steps on a runner, or a call of a reusable workflow.
package struct WorkflowJob: Sendable {
    package enum Body: Sendable {
        case steps(StepsBody)
        case call(CallBody)
    }

    package let id: String
    /// Where the id is written.
    package let location: SourceLocation
    package let name: Template?
    package let needs: [Located<String>]
    package let condition: Condition
    package let strategy: StrategyDefinition?
    package let permissions: Permissions?
    package let concurrency: ConcurrencyDefinition?
    package let body: Body

    /// The steps of a job on a runner; none for a call.
    package var steps: [WorkflowStep] {
        if case .steps(let body) = body { body.steps } else { [] }
    }

    /// All steps, those inside `parallel` groups after their group.
    package var allSteps: [WorkflowStep] { steps.flatMap { [$0] + $0.parallelSteps } }

    package var stepsBody: StepsBody? {
        if case .steps(let body) = body { body } else { nil }
    }

    package var call: CallBody? {
        if case .call(let call) = body { call } else { nil }
    }
}

extension WorkflowJob {
    /// What a job that runs steps has besides.
    package struct StepsBody: Sendable {
        package let runsOn: RunsOnDefinition?
        package let env: TemplateValue?
        package let environment: EnvironmentDefinition?
        package let defaults: RunDefaults?
        /// Name to value, in order.
        package let outputs: TemplateValue?
        /// Minutes; 360 where there is none.
        package let timeoutMinutes: Template?
        package let cancelTimeoutMinutes: Template?
        package let continueOnError: Template?
        package let container: ContainerDefinition?
        package let services: ServicesDefinition?
        /// Where `snapshot` is asked for.
        package let snapshot: SourceLocation?
        package let steps: [WorkflowStep]
    }

    /// A call of a reusable workflow.
    package struct CallBody: Sendable {
        package let uses: Located<String>
        /// Nil where `uses` names nothing that can be called; a diagnostic says so.
        package let reference: WorkflowReference?
        package let with: TemplateValue?
        package let secrets: CallSecrets
    }

    package enum CallSecrets: Sendable {
        case none
        case inherit
        case mapping(TemplateValue)
    }
}

/// `runs-on`: labels, or a group with labels.
package struct RunsOnDefinition: Sendable {
    package let definition: TemplateValue

    package var location: SourceLocation { definition.location }

    package struct Target: Sendable, Hashable {
        package let labels: [String]
        package let group: String?
    }

    /// - Throws: `ExpressionFailure`.
    package func evaluate(in context: EvaluationContext) throws -> Target {
        let value = try definition.evaluate(in: context)
        switch value {
        case .object(let object):
            let group = object["group"]?.text
            return Target(labels: try labels(object["labels"] ?? .null), group: group)
        default:
            let labels = try labels(value)
            guard !labels.isEmpty else { throw definition.failure("\"runs-on\" names no runner") }
            return Target(labels: labels, group: nil)
        }
    }

    private func labels(_ value: ExpressionValue) throws -> [String] {
        switch value {
        case .array(let array):
            return try array.elements.map { element in
                guard element.isPrimitive else { throw definition.failure("A label must be a string") }
                return element.text
            }
        case .object: throw definition.failure("Labels must be a string or a sequence of strings")
        default: return value.text.isEmpty ? [] : [value.text]
        }
    }
}

/// `environment`: a name, or a mapping with `url` and `deployment`.
package struct EnvironmentDefinition: Sendable {
    package let definition: TemplateValue

    package var location: SourceLocation { definition.location }

    /// Evaluated after the steps, since it may name their outputs.
    package var url: Template? { definition["url"]?.template }

    /// - Throws: `ExpressionFailure`.
    package func evaluateName(in context: EvaluationContext) throws -> String {
        if let name = definition["name"]?.template { return try name.string(in: context) }
        let value = try definition.evaluate(in: context)
        if case .object(let object) = value { return object["name"]?.text ?? "" }
        guard value.isPrimitive else { throw definition.failure("\"environment\" must be a string or a mapping") }
        return value.text
    }

    /// Whether a deployment is recorded for the environment; true where the file does not say.
    package func evaluateDeployment(in context: EvaluationContext) throws -> Bool {
        try definition["deployment"]?.template?.boolean(in: context) ?? true
    }
}
