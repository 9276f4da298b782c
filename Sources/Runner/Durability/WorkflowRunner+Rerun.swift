import Core
import Foundation
import Journal
import Workflows

/// Where another attempt of a run begins.
package enum RerunPoint: Sendable {
    /// With the jobs that failed or were cancelled, and all that need them.
    case failed
    /// With one step of one job; what the job did before it is taken from the record.
    case step(job: String, step: String)
}

extension WorkflowRunner {
    /// Runs part of a run again, as its next attempt: the same event, source and workflow. Jobs that succeeded and need
    /// nothing of what runs again keep their results.
    ///
    /// - Parameters:
    ///   - run: the attempt to begin from.
    ///   - point: what runs again.
    ///   - secrets: given again: an ended run's are deleted.
    ///   - participants: who takes part.
    /// - Returns: the new attempt as it ended.
    /// - Throws: `SlipwayError` where there is nothing to run again, a secret is missing, or the record is gone.
    package func rerun(
        _ run: RunRecord,
        _ point: RerunPoint,
        secrets: [String: Secret],
        participants: RunParticipants
    ) async throws -> RunRecord {
        guard run.status == .completed else {
            throw SlipwayError(
                .invalidInput,
                "Run \(run.id) has not ended",
                next: "Go on with it: slipway run --resume \(run.id)"
            )
        }
        let oldKey = try key(of: run)
        let vault = RunVault(key: oldKey, folder: RunFolder(run, in: state).url)
        let start = try vault.readStart()
        let missing = start.secretNames.filter { secrets[$0] == nil }
        guard missing.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "Run \(run.id) used secrets that are not kept after its end: \(missing.joined(separator: ", "))",
                next: "Give them again: \(missing.map { "--secret \($0)" }.joined(separator: " "))"
            )
        }
        let prepared = try await prepare(start, secrets: secrets)
        let jobs = try await participants.journal.jobs(ofRun: run.id)
        let selection = try await select(point, jobs, prepared.workflow, run, participants.journal)
        let masker = Masker(prepared.settings.secrets.values)
        var (record, key) = try await begin(prepared, participants.journal, masker, after: run)
        let folder = RunFolder(record, in: state)
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        var durability = RunDurability(key: key, host: try host(folder: folder.url, key: key, masker: masker).0)
        for job in jobs where job.result == .success && !selection.again.contains(Self.root(of: job)) {
            durability.recorded[job.key] = .earlier(job)
        }
        if let (job, step) = selection.from {
            try take(job, before: step, prepared, of: run, key: oldKey, into: record, key: key)
            durability.restored[job.key] = JobRestoration(step: step, run: run.id)
        }
        record.message = "attempt \(record.attempt) of run \(record.origin ?? run.id)"
        try await participants.journal.update(record)
        return try await go(prepared, record, masker, durability, participants)
    }

    private func select(
        _ point: RerunPoint,
        _ jobs: [JobRecord],
        _ workflow: Workflow,
        _ run: RunRecord,
        _ journal: Journal
    ) async throws -> (again: Set<String>, from: (JobRecord, Int)?) {
        let graph = JobGraph(workflow)
        var first = Set(jobs.filter { $0.result == .failure || $0.result == .cancelled }.map(Self.root))
        var from: (JobRecord, Int)?
        switch point {
        case .failed:
            guard !first.isEmpty else {
                throw SlipwayError(.invalidInput, "Nothing failed in run \(run.id)", next: "Run it anew: slipway run")
            }
        case .step(let job, let step):
            let part = try await RunLogs(journal: journal, state: state).part(of: run, path: "\(job)/\(step)")
            guard part.job.reusedFrom == nil else {
                let source = part.job.reusedFrom ?? ""
                throw SlipwayError(
                    .invalidInput,
                    "The job \(part.job.key) did not run in run \(run.id): its result is that of run \(source)",
                    next: "Begin from that run: slipway run --from \(job)/\(step) --run \(source)"
                )
            }
            first.insert(Self.root(of: part.job))
            from = (part.job, part.step.number)
        }
        let again = graph.order.filter { id in
            first.contains(id) || !first.isDisjoint(with: graph.ancestors(of: id))
        }
        return (Set(again), from)
    }

    /// The job of the run's own workflow: jobs of called workflows are named `caller.callee`.
    private static func root(of job: JobRecord) -> String { String(job.jobId.prefix { $0 != "." }) }

    /// Gives a job of the new attempt the memory and logs of what it did before a step.
    private func take(
        _ job: JobRecord,
        before step: Int,
        _ prepared: Prepared,
        of run: RunRecord,
        key: RunKey,
        into record: RunRecord,
        key newKey: RunKey
    ) throws {
        let entries = try StepLedger.read(ledger(of: job), key: key).filter { $0.step < step }
        if step > 1 {
            guard
                entries.contains(where: { if case .step(let memory) = $0 { memory.number == step - 1 } else { false } })
            else {
                throw SlipwayError(
                    .external,
                    "What \(job.key) did before step \(step) is not on record",
                    next: "Begin earlier, or run it anew: slipway run --job \(job.jobId)"
                )
            }
            let layout = RunLayout(
                state: state,
                runId: run.id,
                repositoryName: prepared.identity.name,
                workflowFile: run.file
            )
            try WorkspaceStates(layout.job(job.key), run: run.id).check(before: step)
        }
        let old = state.url.appending(path: job.directory)
        let new = state.url.appending(path: record.directory).appending(path: "jobs/\(job.key)")
        try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: old.path) {
            guard let number = Int(name.prefix { $0 != "_" }), number < step, name.hasSuffix(".log") else { continue }
            try FileManager.default.copyItem(at: old.appending(path: name), to: new.appending(path: name))
        }
        try StepLedger.write(entries, to: new.appending(path: "memory"), key: newKey)
    }
}

extension LedgerEntry {
    /// The step that the record belongs to.
    var step: Int {
        switch self {
        case .started(let process): process.key.step
        case .ended(let key, _), .done(let key, _): key.step
        case .step(let memory): memory.number
        case .hash(let step, _, _): step
        }
    }
}
