import Core
import Foundation
import Workflows

/// From what the user asked to workflows that are ready to run.
extension WorkflowRunner {
    /// Reads and checks workflows: the one that is named, or all that the event starts.
    ///
    /// - Throws: `DiagnosticsError` with everything that is wrong in the files, `SlipwayError` for wrong settings.
    package func prepare(workflow name: String?, settings: RunSettings) async throws -> [Prepared] {
        let files = WorkflowFiles(root: repository.root)
        let wanted = try name.map { [try files.find($0, from: folder)] } ?? files.all
        guard !wanted.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "There are no workflows in \(repository.root)/.github/workflows",
                next: "Name a workflow file: slipway run FILE"
            )
        }
        let facts = try await facts(settings)
        let workflows = try await parse(wanted, files, facts, isNamed: name != nil)
        var prepared: [Prepared] = []
        for (file, workflow) in workflows {
            prepared.append(try await prepare(file, workflow, facts, settings))
        }
        return prepared
    }

    private func parse(
        _ wanted: [String],
        _ files: WorkflowFiles,
        _ facts: Facts,
        isNamed: Bool
    ) async throws -> [(String, Workflow)] {
        let reader = SourceReader(repository: repository, source: facts.source)
        var problems: [Diagnostic] = []
        var result: [(String, Workflow)] = []
        for file in wanted {
            if facts.isCommittedOnly, !isNamed, try await reader.text(file) == nil { continue }
            let parsed = try await files.parse(file, from: reader, isCommittedOnly: facts.isCommittedOnly)
            problems += parsed.diagnostics.filter { $0.severity == .error }
            guard let workflow = parsed.model else { continue }
            problems += JobGraph(workflow).diagnostics.filter { $0.severity == .error }
            result.append((file, workflow))
        }
        guard problems.isEmpty else { throw DiagnosticsError(problems) }
        return result
    }

    // MARK: - Facts of the checkout

    /// What is the same for all workflows of one call.
    private struct Facts {
        let ref: String
        let commit: GitRepository.Commit
        let source: SourceSnapshot
        let isCommittedOnly: Bool
        let identity: RepositoryIdentity
        let actor: String
        let email: String
        let originURL: String?
        /// What the user says the event is.
        let payload: ExpressionValue?
    }

    private func facts(_ settings: RunSettings) async throws -> Facts {
        let head = try await repository.head()
        let origin = try await repository.ask("config", "--get", "remote.origin.url")
        let userName = try await repository.ask("config", "--get", "user.name")
        let email = try await repository.ask("config", "--get", "user.email")
        let actor = userName ?? host.variables["USER"] ?? "local"
        let branch = try await repository.defaultBranch()
        let identity = RepositoryIdentity(
            origin: origin,
            folder: repository.root,
            actor: actor.replacing(/[^A-Za-z0-9_.-]+/, with: "-"),
            defaultBranch: branch
        )
        let ref = try await fullRef(settings, defaultBranch: branch)
        let payload = try settings.payload.map { try Self.payload($0) }
        var sha = head
        if let wanted = settings.commit {
            guard let found = try await repository.resolve(wanted) else {
                throw SlipwayError(.invalidInput, "There is no commit \"\(wanted)\" in this repository")
            }
            sha = found
        } else if settings.ref != nil, let found = try await repository.resolve(ref) {
            sha = found
        } else if let payload, let named = EventSubject.commit(of: payload, event: settings.event ?? "push"),
            let found = try await repository.resolve(named)
        {
            sha = found
        }
        let commit = try await repository.commit(sha)
        // Local changes belong to the commit that is checked out: another commit is run alone.
        let isAlone = settings.isCommittedOnly || sha != head
        let source: SourceSnapshot =
            if let recorded = settings.source {
                recorded
            } else if isAlone {
                .commit(commit)
            } else {
                try await .workingTree(of: repository, commit: commit, state: state)
            }
        return Facts(
            ref: ref,
            commit: commit,
            source: source,
            isCommittedOnly: isAlone && !source.isDirty,
            identity: identity,
            actor: actor,
            email: email ?? "",
            originURL: origin,
            payload: payload
        )
    }

    private func fullRef(_ settings: RunSettings, defaultBranch: String) async throws -> String {
        guard let ref = settings.ref else {
            return try await repository.currentBranch() ?? "refs/heads/\(defaultBranch)"
        }
        if ref.hasPrefix("refs/") { return ref }
        for candidate in ["refs/heads/\(ref)", "refs/tags/\(ref)"] where try await repository.resolve(candidate) != nil
        {
            return candidate
        }
        throw SlipwayError(
            .invalidInput,
            "There is no branch or tag \"\(ref)\"",
            next: "Write it in full to run as if it existed: refs/heads/\(ref) or refs/tags/\(ref)"
        )
    }

    // MARK: - One workflow

    private func prepare(
        _ file: String,
        _ workflow: Workflow,
        _ facts: Facts,
        _ settings: RunSettings
    ) async throws -> Prepared {
        let builder = EventBuilder(
            repository: repository,
            identity: facts.identity,
            actor: facts.actor,
            email: facts.email
        )
        let subject = EventSubject(
            name: settings.event ?? Self.defaultEvent(of: workflow, settings),
            named: settings.ref == nil ? nil : facts.ref,
            checkedOut: facts.ref,
            sha: facts.commit.sha,
            defaultBranch: facts.identity.defaultBranch,
            given: facts.payload
        )
        var event = try await builder.event(subject, workflow: workflow, file: file)
        let isByPath = workflow.trigger(event.name)?.paths != nil
        let changed = isByPath ? try await builder.changedFiles(of: event, in: facts.source) : nil
        let decision = EventFilter.decide(workflow, for: event) { changed }
        let github = PlanContext(
            event: event,
            identity: facts.identity,
            actor: facts.actor,
            workflow: workflow.displayName
        ).github
        let variables = ExpressionValue.object(settings.variables.map { ($0.key, .string($0.value)) })
        let inputs = try inputs(workflow, event, settings, github: github, variables: variables)
        event = event.withInputs(inputs)
        let planner = RunPlanner(
            run: event.name == "workflow_dispatch"
                ? github.map { $0.0 == "event" ? ("event", event.payload) : $0 } : github,
            variables: variables,
            skipsUnsupported: settings.skipsUnsupported
        )
        let selected = try Self.selected(settings.jobs, workflow)
        let home = WorkflowHome(
            repository: facts.identity.fullName,
            ref: event.ref,
            sha: event.sha,
            file: file,
            remote: nil
        )
        // What does not start calls nothing, and what it would call need not be had.
        let unit =
            decision.runs
            ? try await WorkflowLoader(
                reader: SourceReader(repository: repository, source: facts.source),
                remote: remote
            ).load(workflow, at: home, jobs: selected)
            : WorkflowUnit(workflow: workflow, home: home, calls: [:])
        return Prepared(
            file: file,
            unit: unit,
            event: event,
            isTriggered: decision.runs,
            reasons: decision.reasons,
            plan: planner.plan(unit, inputs: inputs, jobs: selected),
            inputs: inputs,
            source: facts.source,
            identity: facts.identity,
            actor: facts.actor,
            originURL: facts.originURL,
            settings: settings,
            selected: selected
        )
    }

    /// Without `--event`: what starts the workflow most often.
    private static func defaultEvent(of workflow: Workflow, _ settings: RunSettings) -> String {
        let events = workflow.triggers.map(\.event)
        let order =
            settings.inputs.isEmpty ? ["push", "workflow_dispatch"] : ["workflow_dispatch", "push"]
        return order.first(where: events.contains) ?? events.first ?? "push"
    }

    private static func payload(_ text: String) throws -> ExpressionValue {
        do {
            let value = try ExpressionValue(json: text)
            guard case .object = value else {
                throw SlipwayError(.invalidInput, "The event must be a JSON object")
            }
            return value
        } catch let error as ExpressionError {
            throw SlipwayError(.invalidInput, "The event is not valid JSON", why: error.message)
        }
    }

    private static func selected(_ jobs: [String], _ workflow: Workflow) throws -> Set<String>? {
        if jobs.isEmpty { return nil }
        let ids = try jobs.map { name -> String in
            guard let job = workflow.job(name) else {
                throw SlipwayError(
                    .invalidInput,
                    "There is no job \"\(name)\" in \(workflow.path)",
                    next: Suggestion.help(for: name, in: workflow.jobs.map(\.id))
                )
            }
            return job.id
        }
        return Set(JobGraph(workflow).closure(of: ids))
    }

    private func inputs(
        _ workflow: Workflow,
        _ event: RunEvent,
        _ settings: RunSettings,
        github: [(String, ExpressionValue)],
        variables: ExpressionValue
    ) throws -> ExpressionValue {
        guard event.name == "workflow_dispatch", let trigger = workflow.trigger("workflow_dispatch") else {
            guard settings.inputs.isEmpty else {
                throw SlipwayError(
                    .invalidInput,
                    "--input needs the event workflow_dispatch, and this is \(event.name)",
                    next: "Add --event workflow_dispatch."
                )
            }
            return .object([])
        }
        let context = EvaluationContext(["github": .object(github), "vars": variables])
        var given: [String: String] = [:]
        if case .object(let object) = event.payload["inputs"] {
            for entry in object.entries { given[entry.key] = entry.value.text }
        }
        given.merge(settings.inputs) { $1 }
        return try WorkflowInputs.resolve(trigger, given: given, in: context)
    }
}
