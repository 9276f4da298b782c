import Core
import Foundation
import OrderedCollections
import Workflows

/// What happens before a job's first step and after its last: actions are fetched, their `pre` parts run, containers
/// start and stop.
extension JobExecution {
    /// The first part of an action, to be run before the job's own steps.
    private struct PreStep {
        let use: ActionUse
        let condition: Condition
        let call: (StepLog) throws -> StepCall
        let name: String
        let body: (StepCall) async throws -> StepResult
    }

    /// What goes wrong here fails the job. As with GitHub's runner, steps that run `always()` still do, but where an action
    /// cannot be had no step is begun.
    ///
    /// - Returns: whether the job's steps can be begun.
    func setUp(_ scope: StepScope) async -> Bool {
        do {
            try await openIdentity()
        } catch {
            await recorded("Set up identity tokens", id: nil) { log in failed(error, log) }
        }
        await startContainers()
        guard request.body.steps.contains(where: { needsFiles($0) }) else { return true }
        var pres: [PreStep] = []
        var problem: (any Error)?
        do {
            try await prepare(request.body.steps, in: scope, &pres)
        } catch {
            problem = error
        }
        if let problem {
            await recorded("Set up actions", id: nil) { log in failed(problem, log) }
            return false
        }
        for pre in pres { await runPre(pre) }
        return true
    }

    func tearDown() async { await stopContainers() }

    private func needsFiles(_ step: WorkflowStep) -> Bool {
        if step.parallelSteps.contains(where: { needsFiles($0) }) { return true }
        guard case .repository? = step.uses?.reference, let reference = step.uses?.reference else { return false }
        return builtIn(reference) == nil
    }

    /// Fetches the actions of other repositories, those inside composite ones too, and collects their first parts.
    private func prepare(_ steps: [WorkflowStep], in scope: StepScope, _ pres: inout [PreStep]) async throws {
        for step in steps.flatMap({ [$0] + $0.parallelSteps }) where needsFiles(step) {
            guard let body = step.uses, let reference = body.reference else { continue }
            let use = try await resolve(reference, name: body.uses.value, in: scope)
            switch use.metadata.runs {
            case .composite(let inner):
                // Its inputs are evaluated again when it runs: what the job's steps give is not known yet.
                let context = evaluationContext(in: scope, stepName: step.contextName, environment: environment)
                let with = (try? body.with?.evaluateStrings(in: context)) ?? []
                var inputs: OrderedDictionary<String, String> = [:]
                for input in use.metadata.inputs {
                    inputs[input.id] = (try? input.defaultValue?.string(in: context)) ?? ""
                }
                for (name, value) in with { inputs[use.metadata.input(name)?.id ?? name] = value }
                let inside = try compositeScope(use, inputs, step: step, in: scope, environment: environment)
                try await prepare(inner, in: inside, &pres)
            case .node(let node):
                guard let script = node.pre else { continue }
                pres.append(
                    pre(step, use, node.preCondition, scope) { [self] call, inputs in
                        registerPost(node.post, node, use, inputs, call)
                        return await runNodePart(script, node, use, inputs, call, log: call.log)
                    }
                )
            case .docker(let docker):
                guard let entrypoint = docker.preEntrypoint else { continue }
                pres.append(
                    pre(step, use, docker.preCondition, scope) { [self] call, inputs in
                        registerPost(docker, use, inputs, call)
                        return try await runContainerPart(docker, use, inputs, call, entrypoint: entrypoint)
                    }
                )
            }
        }
    }

    private func pre(
        _ step: WorkflowStep,
        _ use: ActionUse,
        _ condition: Condition,
        _ scope: StepScope,
        _ body: @escaping (StepCall, OrderedDictionary<String, String>) async throws -> StepResult
    ) -> PreStep {
        PreStep(
            use: use,
            condition: condition,
            call: { [self] log in
                var variables = environment
                let base = evaluationContext(in: scope, stepName: step.contextName, environment: variables)
                for (name, value) in try step.env?.evaluateStrings(in: base) ?? [] { variables[name] = value }
                let context = evaluationContext(in: scope, stepName: step.contextName, environment: variables)
                return StepCall(step: step, scope: scope, context: context, environment: variables, log: log)
            },
            name: "Pre \(displayName(of: step, in: scope))",
            body: { [self] call in
                let with = try step.uses?.with?.evaluateStrings(in: call.context) ?? []
                let inputs = try inputs(of: use.metadata, with: with, context: call.context, log: call.log)
                return try await body(call, inputs)
            }
        )
    }

    private func runPre(_ pre: PreStep) async {
        noteStop()
        await recorded(pre.name, id: nil) { log in
            do {
                let call = try pre.call(log)
                var context = call.context
                context.status = status
                guard try pre.condition.evaluate(in: context) else {
                    return StepResult(.skipped, message: "\(pre.condition.effectiveText) is false")
                }
                return try await pre.body(call)
            } catch {
                return failed(error, log)
            }
        }
    }
}
