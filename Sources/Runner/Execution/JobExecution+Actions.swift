import Core
import Foundation
import Journal
import OrderedCollections
import Workflows

extension JobExecution {
    /// How deep composite actions may be nested, as on GitHub.
    static let maximumDepth = 10

    /// Runs a `uses` step.
    func runAction(_ body: WorkflowStep.UsesBody, _ call: StepCall) async throws -> StepResult {
        let with = try body.with?.evaluateStrings(in: call.context) ?? []
        switch body.reference {
        case .repository(let owner, let name, let path, _)?:
            guard let action = BuiltInActions.action(owner: owner, name: name, path: path) else {
                throw StepFailure("The action \(body.uses.value) is not on this machine")
            }
            return await runBuiltIn(action, name: body.uses.value, with: with, call)
        case .local(let path)?:
            let folder = URL(filePath: "\(folders.workspace)/\(path)").standardizedFileURL.path
            return try await runLocal(folder, name: body.uses.value, with: with, call)
        case .sameRepository(let path)?:
            return try await runLocal(try await ownSource(path), name: body.uses.value, with: with, call)
        case .docker?, nil:
            throw StepFailure("The action \(body.uses.value) is not supported by this runner yet")
        }
    }

    /// A folder of the run's own source (`uses: $/path`), whatever the workspace holds.
    private func ownSource(_ path: String) async throws -> String {
        if let remote = request.home.remote {
            return URL(filePath: "\(remote.folder)/\(path)").standardizedFileURL.path
        }
        let target = "\(folders.temp)/_source"
        if !FileManager.default.fileExists(atPath: "\(target)/.git") {
            let checkout = WorkspaceCheckout(
                project: run.repository,
                target: target,
                source: run.source,
                ref: run.source.commit,
                remote: run.repository.root,
                depth: 1,
                fetchesTags: false,
                cleans: true,
                sparse: [],
                isConeMode: true,
                record: "\(folders.checkouts)/_source",
                tools: run.repository.tools
            )
            try await checkout.perform()
        }
        return URL(filePath: "\(target)/\(path)").standardizedFileURL.path
    }

    // MARK: - Actions of Slipway's own

    private func runBuiltIn(
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
        let (folders, run, key) = (folders, run, record.key)
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
                    environment: environment
                )
            )
        }
        return (nil, stopped)
    }

    // MARK: - Actions of the repository

    private func runLocal(
        _ folder: String,
        name: String,
        with: [(name: String, value: String)],
        _ call: StepCall
    ) async throws -> StepResult {
        let metadata = try readAction(folder, name: name)
        let inputs = try inputs(of: metadata, with: with, call)
        switch metadata.runs {
        case .composite(let steps): return try await runComposite(metadata, steps, folder, inputs, call)
        case .node(let node): return await runNode(metadata, node, folder, inputs, call)
        case .docker: throw StepFailure("\(name) is a container action, which is not supported by this runner yet")
        }
    }

    private func readAction(_ folder: String, name: String) throws -> ActionMetadata {
        for file in ["action.yml", "action.yaml"] {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { continue }
            let path =
                folder.hasPrefix(folders.workspace + "/")
                ? String(folder.dropFirst(folders.workspace.count + 1)) : folder
            let parsed = ActionParser.parse(String(decoding: data, as: UTF8.self), path: "\(path)/\(file)")
            // A name and a description are asked for in the marketplace; running the action needs neither.
            let errors = parsed.diagnostics.filter { $0.severity == .error && $0.rule != "missing-key" }
            guard let action = parsed.model, errors.isEmpty else { throw DiagnosticsError(parsed.diagnostics) }
            return action
        }
        throw StepFailure(
            "Can't find 'action.yml' or 'action.yaml' under '\(folder)'. Did you forget to run actions/checkout before "
                + "running your local action?"
        )
    }

    /// The inputs that were given, and the defaults of those that were not.
    private func inputs(of metadata: ActionMetadata, with: [(name: String, value: String)], _ call: StepCall) throws
        -> OrderedDictionary<String, String>
    {
        var inputs: OrderedDictionary<String, String> = [:]
        for input in metadata.inputs {
            inputs[input.id] = try input.defaultValue?.string(in: call.context) ?? ""
        }
        for (name, value) in with {
            let known = metadata.input(name)
            if known == nil {
                call.log.line(
                    "##[warning]Unexpected input(s) '\(name)', valid inputs are [\(metadata.inputs.map { "'\($0.id)'" }.joined(separator: ", "))]"
                )
            }
            if let message = known?.deprecationMessage {
                call.log.line("##[warning]Input '\(name)' has been deprecated with message: \(message)")
            }
            inputs[known?.id ?? name] = value
        }
        return inputs
    }

    private func runComposite(
        _ metadata: ActionMetadata,
        _ steps: [WorkflowStep],
        _ folder: String,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall
    ) async throws -> StepResult {
        guard call.scope.depth < Self.maximumDepth else {
            throw StepFailure("Composite actions are nested more than \(Self.maximumDepth) deep")
        }
        let action = StepScope.Action(
            path: folder,
            inputs: .object(inputs.map { ($0.key, .string($0.value)) }),
            repository: "",
            ref: ""
        )
        let scope = StepScope(action: action, environment: call.environment, depth: call.scope.depth + 1)
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
        for output in metadata.outputs {
            if let value = try output.value?.string(in: context) { outcome.outputs[output.id] = value }
        }
        return outcome
    }

    private func runNode(
        _ metadata: ActionMetadata,
        _ node: ActionMetadata.NodeRuns,
        _ folder: String,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall
    ) async -> StepResult {
        var own = ["GITHUB_ACTION_PATH": folder]
        for (name, value) in inputs {
            own["INPUT_\(name.replacing(" ", with: "_").uppercased())"] = value
        }
        let shown = inputs.isEmpty ? [] : ["with:"] + inputs.map { "  \($0.key): \($0.value)" }
        call.log.group("Run \(metadata.name)", shown)
        if node.pre != nil {
            call.log.line("##[warning]`pre` execution is not supported for local action from '\(folder)'")
        }
        let main = await runNodePart(node.main, version: node.version, folder, own, call, log: call.log)
        if let post = node.post {
            posts.append(
                PostStep(
                    name: displayName(of: call.step, in: call.scope),
                    condition: node.postCondition,
                    scope: call.scope,
                    environment: call.environment,
                    stepName: call.step.contextName
                ) { [self] log in
                    for (name, value) in main.state { own["STATE_\(name)"] = value }
                    return await runNodePart(post, version: node.version, folder, own, call, log: log).result
                }
            )
        }
        return main.result
    }

    private func runNodePart(
        _ script: String,
        version: Int,
        _ folder: String,
        _ own: [String: String],
        _ call: StepCall,
        log: StepLog
    ) async -> PartResult {
        await runPart(
            scope: call.scope,
            stepName: call.step.contextName,
            environment: call.environment,
            own: own,
            log: log
        ) { environment, commands in
            guard let node = Executables.find("node", path: environment["PATH"] ?? "") else {
                throw StepFailure("The action needs node \(version), and no node is installed")
            }
            return try await runProcess(
                node,
                ["\(folder)/\(script)"],
                environment: environment,
                folder: folders.workspace,
                commands: commands,
                log: log
            )
        }
    }
}
