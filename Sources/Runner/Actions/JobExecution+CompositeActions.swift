import OrderedCollections
import Workflows

/// Actions that are made of steps.
extension JobExecution {
    func runComposite(
        _ use: ActionUse,
        _ steps: [WorkflowStep],
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall
    ) async throws -> StepResult {
        let scope = try compositeScope(use, inputs, step: call.step, in: call.scope, environment: call.environment)
        var outcome = StepResult(.success)
        for step in steps {
            noteStop()
            let result = await execute(step, in: scope, log: call.log)
            if result.conclusion == .failure || result.conclusion == .cancelled {
                scope.status = .failure
                if outcome.outcome == .success { outcome = StepResult(result.conclusion, message: result.message) }
            }
        }
        let context = evaluationContext(in: scope, stepName: call.step.contextName, environment: call.environment)
        for output in use.metadata.outputs {
            if let value = try output.value?.string(in: context) { outcome.outputs[output.id] = value }
        }
        return outcome
    }

    /// The scope of the steps inside.
    func compositeScope(
        _ use: ActionUse,
        _ inputs: OrderedDictionary<String, String>,
        step: WorkflowStep,
        in scope: StepScope,
        environment: OrderedDictionary<String, String>
    ) throws(StepFailure) -> StepScope {
        guard scope.depth < Self.maximumDepth else {
            throw StepFailure("Composite actions are nested more than \(Self.maximumDepth) deep")
        }
        return StepScope(
            action: StepScope.Action(
                path: use.folder,
                inputs: .object(inputs.map { ($0.key, .string($0.value)) }),
                repository: use.repository,
                ref: use.ref,
                root: use.root
            ),
            environment: environment,
            depth: scope.depth + 1,
            path: ActionRegistry.key(of: step, in: scope)
        )
    }
}
