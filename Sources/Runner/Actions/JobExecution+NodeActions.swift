import Core
import OrderedCollections
import Workflows

/// JavaScript actions.
extension JobExecution {
    func runNode(
        _ use: ActionUse,
        _ node: ActionMetadata.NodeRuns,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall
    ) async -> StepResult {
        announce("Run \(use.name)", inputs.map { ($0.key, $0.value) }, call)
        if node.pre != nil, !use.isRemote {
            call.log.line("##[warning]`pre` execution is not supported for local action from '\(use.name)'")
        }
        registerPost(node.post, node, use, inputs, call)
        return await runNodePart(node.main, node, use, inputs, call, log: call.log)
    }

    /// Adds the end part of the action to those that run when the job's steps are done, once.
    func registerPost(
        _ script: String?,
        _ node: ActionMetadata.NodeRuns,
        _ use: ActionUse,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall
    ) {
        guard let script else { return }
        push(node.postCondition, call) { [self] log in
            await runNodePart(script, node, use, inputs, call, log: log)
        }
    }

    /// Puts an end part on the stack; one that was put there by the action's `pre` stays the only one.
    func push(
        _ condition: Condition,
        _ call: StepCall,
        body: @escaping (StepLog) async -> StepResult
    ) {
        let key = ActionRegistry.key(of: call.step, in: call.scope)
        guard !actions[key].hasPost else { return }
        actions[key].hasPost = true
        posts.append(
            PostStep(
                name: displayName(of: call.step, in: call.scope),
                condition: condition,
                scope: call.scope,
                environment: call.environment,
                stepName: call.step.contextName,
                body: body
            )
        )
    }

    /// Runs one script of the action, with the state that its earlier ones left.
    func runNodePart(
        _ script: String,
        _ node: ActionMetadata.NodeRuns,
        _ use: ActionUse,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall,
        log: StepLog
    ) async -> StepResult {
        await runActionPart(use, inputs, call, log: log) { [self] environment, commands in
            let program = try executor.node(
                version: node.version,
                host: run.host,
                path: environment["PATH"] ?? ""
            )
            return try await runProcess(
                program[0],
                program.dropFirst() + ["\(use.folder)/\(script)"],
                environment: environment,
                folder: folders.workspace,
                commands: commands,
                log: log
            )
        }
    }

    /// Runs a part of an action with its inputs and state, and keeps the state that it leaves.
    func runActionPart(
        _ use: ActionUse,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall,
        log: StepLog,
        work: (_ environment: [String: String], _ commands: CommandProcessor) async throws -> (
            end: ProcessEnd?, stopped: StopSignal.Reason?
        )
    ) async -> StepResult {
        let key = ActionRegistry.key(of: call.step, in: call.scope)
        var own = use.variables.merging(Self.variables(of: inputs)) { $1 }
        for (name, value) in actions[key].state { own["STATE_\(name)"] = value }
        do {
            own.merge(try await serviceVariables()) { $1 }
        } catch {
            return failed(error, log)
        }
        let part = await runPart(
            scope: call.scope,
            stepName: call.step.contextName,
            environment: call.environment,
            own: own,
            log: log,
            work: work
        )
        for (name, value) in part.state { actions[key].state[name] = value }
        return part.result
    }
}
