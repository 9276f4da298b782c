import Core
import Foundation
import Journal

/// A step that was cut short and has not said that it may be repeated.
package struct InterruptedStep: Sendable, Hashable {
    package let job: String
    package let step: Int
    package let name: String
}

/// Who takes part in a run from outside.
package struct RunParticipants: Sendable {
    let journal: Journal
    let policy: any EnvironmentPolicy
    let approver: any Approver
    let observer: any RunObserver
    let stop: StopSignal

    /// Whether whoever started it wants it to end.
    package var isStopped: Bool { stop.isStopped }

    package init(
        journal: Journal,
        policy: any EnvironmentPolicy,
        approver: any Approver,
        observer: any RunObserver,
        stop: StopSignal
    ) {
        self.journal = journal
        self.policy = policy
        self.approver = approver
        self.observer = observer
        self.stop = stop
    }
}

extension WorkflowRunner {
    /// Goes on with a run whose engine was killed, or that waits for an approval.
    ///
    /// - Parameters:
    ///   - run: as the journal has it.
    ///   - participants: who takes part.
    ///   - confirm: asked before steps are run again that were cut short and are not declared idempotent; gives false
    ///     where nobody agrees.
    /// - Returns: the run as it ended.
    /// - Throws: `SlipwayError`: `.invalidInput` where the run has ended, `.waiting` where another engine executes it or
    ///   nobody confirmed, `.external` where what must be known is gone.
    package func resume(
        _ run: RunRecord,
        participants: RunParticipants,
        confirm: @Sendable ([InterruptedStep]) async throws -> Bool
    ) async throws -> RunRecord {
        guard run.status != .completed else {
            throw SlipwayError(
                .invalidInput,
                "Run \(run.id) has ended already: \(run.conclusion?.rawValue ?? "completed")",
                next: "Run what failed again: slipway run --rerun-failed \(run.id)"
            )
        }
        let folder = RunFolder(run, in: state)
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        let key = try key(of: run)
        let vault = RunVault(key: key, folder: folder.url)
        let start = try vault.readStart()
        guard let secrets = try vault.readSecrets() else {
            throw SlipwayError(.external, "The secrets of run \(run.id) are gone", next: "Start a new run: slipway run")
        }
        let prepared = try await prepare(start, secrets: secrets)
        let jobs = try await participants.journal.jobs(ofRun: run.id)
        let masker = Masker(secrets.values)
        // Other jobs may write what one of them has hidden.
        let memories = try jobs.map { ($0, JobMemory(try StepLedger.read(ledger(of: $0), key: key))) }
        for (_, memory) in memories { masker.add(memory.masks.map { Secret($0) }) }
        let (host, isAlive) = try host(folder: folder.url, key: key, masker: masker, reconnecting: true)
        if !isAlive { try await confirmRepetition(memories, run, participants.journal, confirm) }
        var durability = RunDurability(key: key, host: host)
        durability.hasSupervisor = isAlive
        durability.recorded = Dictionary(jobs.map { ($0.key, .own($0)) }, uniquingKeysWith: { $1 })
        var record = run
        record.status = .running
        record.process = Int(getpid())
        try await participants.journal.update(record)
        try await participants.journal.add(
            EventRecord(at: Date(), subject: "run", subjectId: run.id, type: "run.resumed")
        )
        return try await go(prepared, record, masker, durability, participants)
    }

    /// Asks before steps run again whose processes are gone without an end on record.
    ///
    /// Records are flushed in the background: a power failure can lose the last of them, and a step that they were
    /// about then counts as not begun.
    private func confirmRepetition(
        _ memories: [(JobRecord, JobMemory)],
        _ run: RunRecord,
        _ journal: Journal,
        _ confirm: ([InterruptedStep]) async throws -> Bool
    ) async throws {
        var interrupted: [InterruptedStep] = []
        for (job, memory) in memories where job.status != .completed {
            let steps = try await journal.steps(ofRun: run.id, job: job.key)
            func name(_ number: Int) -> String { steps.first { $0.number == number }?.name ?? "step \(number)" }
            for process in memory.interrupted where !process.isIdempotent {
                interrupted.append(InterruptedStep(job: job.key, step: process.key.step, name: name(process.key.step)))
            }
        }
        let unique = Array(Set(interrupted)).sorted { ($0.job, $0.step) < ($1.job, $1.step) }
        guard !unique.isEmpty, try await !confirm(unique) else { return }
        let names = unique.map { "\($0.job)/\($0.step) (\($0.name))" }.joined(separator: ", ")
        throw SlipwayError(
            .waiting,
            "Run \(run.id) was cut short in \(names)",
            why: "its process is gone without an end on record, so what it did before is not known",
            next:
                "If it may run again: slipway run --resume \(run.id) --repeat. A step that always may says so itself: "
                + "env: \(Idempotency.variable): true"
        )
    }

    // MARK: - What runs are made of

    func key(of run: RunRecord) throws -> RunKey {
        if let key = RunKey.read(for: run.id, in: state) { return key }
        throw SlipwayError(
            .external,
            "The key of run \(run.id) is gone",
            why: "without it nobody can read what the run recorded for another engine",
            next: "Start a new run: slipway run"
        )
    }

    func ledger(of job: JobRecord) -> URL { state.url.appending(path: job.directory).appending(path: "memory") }

    /// Where processes run: under a supervisor where this is the `slipway` command.
    func host(folder: URL, key: RunKey, masker: Masker, reconnecting: Bool = false) throws -> (any ProcessHost, Bool) {
        guard let executable = host.supervisor else { return (EngineProcessHost(key: key), false) }
        let client = SupervisorClient(executable: executable, folder: folder, key: key, masker: masker)
        return (client, reconnecting ? try client.reconnect() : false)
    }

    /// The workflow as it was when the run was started.
    func prepare(_ start: RunStart, secrets: [String: Secret]) async throws -> Prepared {
        var settings = RunSettings()
        settings.event = start.event
        settings.ref = start.ref
        settings.commit = start.sha
        settings.payload = start.payload
        settings.inputs = start.inputs
        settings.jobs = start.jobs
        settings.skipsUnsupported = start.skipsUnsupported
        settings.reusesResults = start.reusesResults
        settings.givesFreshHomes = start.givesFreshHomes ?? false
        settings.variables = start.variables
        settings.cacheLimit = start.cacheLimit
        settings.secrets = secrets
        settings.source = SourceSnapshot(
            commit: start.sha,
            tree: start.tree,
            isDirty: start.isDirty,
            objects: start.objects
        )
        guard let prepared = try await prepare(workflow: start.file, settings: settings).first else {
            throw SlipwayError(.invalidInput, "The workflow \(start.file) is gone")
        }
        return prepared
    }
}

extension RunStart {
    init(_ prepared: WorkflowRunner.Prepared) {
        let settings = prepared.settings
        self.init(
            file: prepared.file,
            event: prepared.event.name,
            ref: prepared.event.ref,
            sha: prepared.event.sha,
            payload: prepared.event.payload.json,
            inputs: settings.inputs,
            jobs: settings.jobs,
            skipsUnsupported: settings.skipsUnsupported,
            reusesResults: settings.reusesResults,
            givesFreshHomes: settings.givesFreshHomes,
            variables: settings.variables,
            tree: prepared.source.tree,
            isDirty: prepared.source.isDirty,
            objects: prepared.source.objects,
            secretNames: settings.secrets.keys.sorted(),
            cacheLimit: settings.cacheLimit
        )
    }
}
