import Core
import Foundation
import OrderedCollections
import Workflows

/// Actions that Slipway carries out itself.
extension JobExecution {
    func runBuiltIn(
        _ action: any BuiltInAction,
        name: String,
        with: [(name: String, value: String)],
        _ call: StepCall
    ) async -> StepResult {
        var inputs = action.inputs
        for (key, value) in with { inputs[key.lowercased()] = value }
        let unknown = with.map(\.name).filter { action.inputs[$0.lowercased()] == nil }
        let shown = with.isEmpty ? [] : ["with:"] + with.map { "  \($0.name): \($0.value)" }
        call.log.group("Run \(name)", shown)
        let part = await runPart(
            scope: call.scope,
            stepName: call.step.contextName,
            environment: call.environment,
            log: call.log
        ) { environment, commands in
            if !unknown.isEmpty {
                let text =
                    "Unexpected input(s) \(unknown.map { "'\($0)'" }.joined(separator: ", ")), valid inputs are "
                    + "[\(action.inputs.keys.sorted().map { "'\($0)'" }.joined(separator: ", "))]"
                commands.update { $0.add(Annotation(.warning, text)) }
                call.log.line("##[warning]\(text)")
            }
            return try await perform(inputs, [:], environment, commands, call.log) { try await action.main($0) }
        }
        if action.hasPost, part.result.outcome == .success {
            posts.append(
                PostStep(
                    name: displayName(of: call.step, in: call.scope),
                    condition: .success,
                    scope: call.scope,
                    environment: call.environment,
                    stepName: call.step.contextName
                ) { [self] log in
                    await runPart(
                        scope: call.scope,
                        stepName: call.step.contextName,
                        environment: call.environment,
                        log: log
                    ) { environment, commands in
                        let state = Dictionary(part.state.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
                        return try await perform(inputs, state, environment, commands, log) {
                            try await action.post($0)
                        }
                    }.result
                }
            )
        }
        return part.result
    }

    private func perform(
        _ inputs: [String: String],
        _ state: [String: String],
        _ environment: [String: String],
        _ commands: CommandProcessor,
        _ log: StepLog,
        _ body: @escaping @Sendable (ActionCall) async throws -> Void
    ) async throws -> (end: ProcessEnd?, stopped: StopSignal.Reason?) {
        let (folders, run, key, isOnHost) = (folders, run, record.key, executor.isHost)
        let (_, stopped) = try await supervise { stop in
            try await body(
                ActionCall(
                    inputs: inputs,
                    log: log,
                    commands: commands,
                    workspace: folders.workspace,
                    jobKey: key,
                    folders: folders,
                    run: run,
                    stop: stop,
                    state: state,
                    environment: environment,
                    isOnHost: isOnHost
                )
            )
        }
        return (nil, stopped)
    }
}
