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
        guard let reference = body.reference else { throw StepFailure("\"\(body.uses.value)\" is no action") }
        if let action = builtIn(reference) {
            return await runBuiltIn(action, name: body.uses.value, with: with, call)
        }
        if case .docker(let image) = reference { return try await runImage(image, with: with, call) }
        let use = try await resolve(reference, name: body.uses.value, in: call.scope)
        let inputs = try inputs(of: use.metadata, with: with, context: call.context, log: call.log)
        switch use.metadata.runs {
        case .composite(let steps): return try await runComposite(use, steps, inputs, call)
        case .node(let node): return await runNode(use, node, inputs, call)
        case .docker(let docker): return try await runContainer(use, docker, inputs, call)
        }
    }

    /// The action of Slipway's own that answers to the name, unless the user wants the original.
    func builtIn(_ reference: ActionReference) -> (any BuiltInAction)? {
        guard case .repository(let owner, let name, let path, let ref) = reference,
            !run.remote.replacesBuiltIn(RemoteReference(owner: owner, name: name, ref: ref))
        else { return nil }
        return BuiltInActions.action(owner: owner, name: name, path: path)
    }

    // MARK: - Files

    /// Gets the files of an action and reads its description.
    ///
    /// - Throws: `StepFailure` or `SlipwayError` where they cannot be had, `DiagnosticsError` where they are wrong.
    func resolve(_ reference: ActionReference, name: String, in scope: StepScope) async throws -> ActionUse {
        switch reference {
        case .local(let path):
            return try use(name, folder: Self.join(folders.workspace, path), root: nil)
        case .sameRepository(let path):
            let own = scope.action?.root
            let root: String
            if let own { root = own } else { root = try await ownSource() }
            return try use(name, folder: Self.join(root, path), root: own)
        case .repository(let owner, let repository, let path, let ref):
            let remote = RemoteReference(owner: owner, name: repository, ref: ref)
            let root = try await copy(of: remote)
            return try use(
                name,
                folder: Self.join(root, path),
                root: root,
                repository: remote.repository,
                ref: ref
            )
        case .docker: throw StepFailure("\(name) is an image and has no files")
        }
    }

    private static func join(_ folder: String, _ path: String) -> String {
        URL(filePath: path.isEmpty ? folder : "\(folder)/\(path)").standardizedFileURL.path
    }

    /// A copy of another repository's files for this job: actions may write to their own folder.
    private func copy(of reference: RemoteReference) async throws -> String {
        if let known = actions.folders[reference.description] { return known }
        let fetched = try await run.remote.fetch(reference)
        let target = "\(folders.temp)/_actions/\(reference.repository)/\(RunLayout.slug(reference.ref))"
        try await FolderCopy(tools: ToolRunner(environment: run.host.variables, stop: request.stop))
            .copy(fetched.folder, to: target)
        actions.folders[reference.description] = target
        return target
    }

    /// The run's own source (`uses: $/path`), whatever the workspace holds.
    private func ownSource() async throws -> String {
        if let remote = request.home.remote { return remote.folder }
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
        return target
    }

    private func use(_ name: String, folder: String, root: String?, repository: String = "", ref: String = "")
        throws -> ActionUse
    {
        ActionUse(
            name: name,
            folder: folder,
            root: root,
            repository: repository,
            ref: ref,
            metadata: try readAction(folder, name: name, isRemote: !repository.isEmpty)
        )
    }

    private func readAction(_ folder: String, name: String, isRemote: Bool) throws -> ActionMetadata {
        for file in ["action.yml", "action.yaml"] {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { continue }
            let path =
                folder.hasPrefix(folders.workspace + "/")
                ? String(folder.dropFirst(folders.workspace.count + 1)) : isRemote ? name : folder
            let parsed = ActionParser.parse(String(decoding: data, as: UTF8.self), path: "\(path)/\(file)")
            // A name and a description are asked for in the marketplace; running the action needs neither.
            let errors = parsed.diagnostics.filter { $0.severity == .error && $0.rule != "missing-key" }
            guard let action = parsed.model, errors.isEmpty else { throw DiagnosticsError(parsed.diagnostics) }
            return action
        }
        if FileManager.default.fileExists(atPath: "\(folder)/Dockerfile") {
            let text = "name: \(name)\ndescription: \(name)\nruns: {using: docker, image: Dockerfile}\n"
            if let action = ActionParser.parse(text, path: "\(name)/Dockerfile").model { return action }
        }
        throw StepFailure(
            isRemote
                ? "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' for action '\(name)'."
                : "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '\(folder)'. Did you forget to run "
                    + "actions/checkout before running your local action?"
        )
    }

    // MARK: - Inputs

    /// The inputs that were given, and the defaults of those that were not.
    func inputs(
        of metadata: ActionMetadata,
        with: [(name: String, value: String)],
        context: EvaluationContext,
        log: StepLog
    ) throws -> OrderedDictionary<String, String> {
        var inputs: OrderedDictionary<String, String> = [:]
        for input in metadata.inputs {
            inputs[input.id] = try input.defaultValue?.string(in: context) ?? ""
        }
        var unexpected: [String] = []
        let extra = if case .docker = metadata.runs { ["args", "entrypoint"] } else { [String]() }
        for (name, value) in with {
            let known = metadata.input(name)
            if known == nil, !extra.contains(name.lowercased()) { unexpected.append("'\(name)'") }
            if let message = known?.deprecationMessage {
                log.line("##[warning]Input '\(name)' has been deprecated with message: \(message)")
            }
            inputs[known?.id ?? name] = value
        }
        if !unexpected.isEmpty {
            let valid = (extra + metadata.inputs.map(\.id)).map { "'\($0)'" }.joined(separator: ", ")
            log.line(
                "##[warning]Unexpected input(s) \(unexpected.joined(separator: ", ")), valid inputs are [\(valid)]"
            )
        }
        return inputs
    }

    /// `INPUT_…`: upper case, blanks become `_`, hyphens stay.
    static func variables(of inputs: OrderedDictionary<String, String>) -> [String: String] {
        Dictionary(
            inputs.map { ("INPUT_\($0.key.replacing(" ", with: "_").uppercased())", $0.value) },
            uniquingKeysWith: { $1 }
        )
    }

    /// Shows how an action is called.
    func announce(_ title: String, _ inputs: [(String, String)], _ call: StepCall) {
        call.log.group(
            title,
            (inputs.isEmpty ? [] : ["with:"] + inputs.map { "  \($0.0): \($0.1)" })
                + (call.environment.isEmpty ? [] : ["env:"] + call.environment.map { "  \($0.key): \($0.value)" })
        )
    }
}
