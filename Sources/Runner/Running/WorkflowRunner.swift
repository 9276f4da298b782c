import Core
import Foundation
import Journal
import Workflows

/// What `slipway run` does: finds the workflows that an event starts, checks them whole, and runs them.
package struct WorkflowRunner: Sendable {
    package let repositoryRoot: String
    let folder: String
    let repository: GitRepository
    let state: StateDirectory
    let host: HostEnvironment
    let remote: any RemoteSource

    /// A workflow that is ready to run, or the reason why it does not run.
    package struct Prepared: Sendable {
        /// Relative to the repository.
        package let file: String
        package var workflow: Workflow { unit.workflow }
        let unit: WorkflowUnit
        package let event: RunEvent
        package let isTriggered: Bool
        /// Why the event starts the workflow, or does not.
        package let reasons: [String]
        package let plan: RunPlan
        let inputs: ExpressionValue
        let source: SourceSnapshot
        let identity: RepositoryIdentity
        let actor: String
        let originURL: String?
        let settings: RunSettings
        let selected: Set<String>?
    }

    /// A runner for the repository that an absolute folder is in; throws `SlipwayError` where it is in none.
    package static func open(
        folder: String,
        state: StateDirectory,
        host: HostEnvironment,
        remote: any RemoteSource = NoRemoteSource()
    ) async throws -> WorkflowRunner {
        let repository = try await GitRepository.open(from: folder, environment: host.variables)
        let url = URL(filePath: state.url.absoluteURL.standardizedFileURL.path, directoryHint: .notDirectory)
        return WorkflowRunner(
            repositoryRoot: repository.root,
            folder: folder,
            repository: repository,
            state: StateDirectory(url),
            host: host,
            remote: remote
        )
    }

    /// Runs a prepared workflow to its end.
    ///
    /// - Throws: `DiagnosticsError` where it needs what this machine cannot do; `SlipwayError` where the journal or the
    ///   run's folder cannot be written.
    package func execute(
        _ prepared: Prepared,
        participants: RunParticipants
    ) async throws -> RunRecord {
        guard prepared.plan.refusals.isEmpty else { throw DiagnosticsError(prepared.plan.refusals) }
        let masker = Masker(prepared.settings.secrets.values)
        let (record, key) = try await begin(prepared, participants.journal, masker, after: nil)
        let folder = RunFolder(record, in: state)
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        let (host, _) = try host(folder: folder.url, key: key, masker: masker)
        return try await go(prepared, record, masker, RunDurability(key: key, host: host), participants)
    }

    /// Executes a run that has begun, under its lock.
    func go(
        _ prepared: Prepared,
        _ record: RunRecord,
        _ masker: Masker,
        _ durability: RunDurability,
        _ participants: RunParticipants
    ) async throws -> RunRecord {
        let layout = RunLayout(
            state: state,
            runId: record.id,
            repositoryName: prepared.identity.name,
            workflowFile: prepared.file
        )
        try Data(masker.mask(prepared.event.payload.json).utf8).write(to: layout.event)
        let (journal, observer) = (participants.journal, participants.observer)
        let stop = participants.stop.makeChild()
        let run = RunContext(
            record: record,
            event: prepared.event,
            repository: repository,
            identity: prepared.identity,
            originURL: prepared.originURL,
            source: prepared.source,
            remote: remote,
            secrets: prepared.settings.secrets,
            variables: prepared.settings.variables,
            masker: masker,
            journal: journal,
            observer: observer,
            layout: layout,
            host: host,
            givesFreshHomes: prepared.settings.givesFreshHomes,
            artifacts: ArtifactStore(folder: layout.artifacts, masker: masker),
            caches: CacheStore(
                folder: state.url.appending(path: "cache/\(RunLayout.slug(prepared.identity.name))"),
                limit: prepared.settings.cacheLimit,
                tools: ToolRunner(environment: host.variables)
            ),
            services: RunServices(),
            slots: JobSlots(host.cores),
            stop: stop,
            durability: durability
        )
        var ended = record
        var problem: String?
        do {
            ended.title = try run.title(of: prepared.workflow, file: prepared.file, inputs: prepared.inputs)
        } catch {
            // As on GitHub, a run that cannot be named does not start.
            problem = masker.mask("The run's name could not be evaluated: \(StepFailure.message(of: error))")
        }
        ended.message = problem ?? ended.message
        try await journal.update(ended)
        observer.observe(.runStarted(ended))
        let folder = RunFolder(layout.run)
        let (result, isWaiting) = await withTaskGroup(of: Void.self) { group in
            group.addTask { await folder.watchCancel(stop) }
            defer { group.cancelAll() }
            if let problem {
                observer.observe(.notice(problem))
                return (JobResult.failure, isWaiting: false)
            }
            return await perform(prepared, run, participants.policy, participants.approver)
        }
        await run.services.stop()
        run.leftovers.collect()
        ended.status = isWaiting ? .waiting : .completed
        if !isWaiting {
            ended.conclusion = RunRecord.Conclusion(result)
            ended.endedAt = Date()
        }
        try await journal.update(ended)
        if !isWaiting { RunVault(key: durability.key, folder: layout.run).deleteSecrets() }
        observer.observe(.runFinished(ended))
        return ended
    }

    /// Takes the next free id: milliseconds since 1970, as `github.run_id` is a number.
    ///
    /// - Parameters:
    ///   - prepared: what is to run.
    ///   - journal: where the run is recorded.
    ///   - masker: what must not be seen in the record.
    ///   - earlier: the attempt before this one.
    /// - Returns: the run, and the key of what is kept for another engine.
    /// - Throws: `SlipwayError` (`.external`) where the run's folder or the journal cannot be written.
    func begin(
        _ prepared: Prepared,
        _ journal: Journal,
        _ masker: Masker,
        after earlier: RunRecord?
    ) async throws -> (RunRecord, RunKey) {
        let files = FileManager.default
        try files.createDirectory(at: state.runs, withIntermediateDirectories: true)
        var number = UInt64(Date().timeIntervalSince1970 * 1000)
        while mkdir(state.runs.appending(path: String(number)).path, 0o755) != 0 {
            guard errno == EEXIST else {
                let reason = String(cString: strerror(errno))
                throw SlipwayError(.external, "Cannot make a folder in \(state.runs.path)", why: reason)
            }
            number += 1
        }
        // What is needed to go on is there before the journal tells anybody of the run.
        let key = try RunKey.make(for: String(number), in: state)
        let vault = RunVault(key: key, folder: state.runs.appending(path: String(number)))
        try vault.write(RunStart(prepared), secrets: prepared.settings.secrets)
        let record = RunRecord(
            id: String(number),
            number: 0,
            workflow: masker.mask(prepared.workflow.displayName),
            file: prepared.file,
            event: prepared.event.name,
            ref: prepared.event.ref,
            sha: prepared.event.sha,
            tree: prepared.source.tree,
            dirty: prepared.source.isDirty,
            actor: prepared.actor,
            process: Int(getpid()),
            directory: "runs/\(number)",
            startedAt: Date()
        )
        return (try await journal.begin(record, after: earlier), key)
    }

    private func perform(
        _ prepared: Prepared,
        _ run: RunContext,
        _ policy: any EnvironmentPolicy,
        _ approver: any Approver
    ) async -> (JobResult, isWaiting: Bool) {
        let options = WorkflowExecution.Options(
            jobs: prepared.selected,
            skipsUnsupported: prepared.settings.skipsUnsupported,
            policy: policy,
            approver: approver,
            reuse: JobReuse(run: run, isEnabled: prepared.settings.reusesResults)
        )
        let execution = WorkflowExecution(
            run: run,
            unit: prepared.unit,
            frame: .root(),
            identity: WorkflowIdentity(name: prepared.workflow.displayName, file: prepared.file),
            options: options,
            inputs: prepared.inputs,
            secrets: run.secretsContext,
            stop: run.stop
        )
        do {
            return try await execution.performInGroup()
        } catch {
            run.observer.observe(.notice(run.masker.mask(StepFailure.message(of: error))))
            return (.failure, false)
        }
    }
}

extension RunRecord.Conclusion {
    init(_ result: JobResult) {
        self =
            switch result {
            case .success: .success
            case .failure: .failure
            case .cancelled: .cancelled
            case .skipped: .skipped
            }
    }
}
