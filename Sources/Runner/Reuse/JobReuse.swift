import Core
import Foundation
import Journal
import OrderedCollections
import Workflows

/// Answers jobs from the journal.
struct JobReuse: Sendable {
    let run: RunContext
    let isEnabled: Bool

    /// What became of a job before it runs.
    enum Answer: Sendable {
        /// It has to run; its key is remembered, so that a later run may be answered.
        case run(key: String?)
        case reused(JobOutcome)
    }

    /// Looks for the same job in the journal; its ancestors are the jobs whose artifacts it may read.
    func answer(_ request: JobRequest, ancestors: Set<String>) async throws -> Answer {
        if ReuseKey.obstacle(for: request.job, in: request.workflow, permissions: request.permissions) != nil {
            return .run(key: nil)
        }
        let artifacts = try run.artifacts.all().filter { artifact in
            ancestors.contains { artifact.job == $0 || artifact.job.hasPrefix("\($0)-") }
        }
        let key = ReuseKey.digest(request, run: run, artifacts: artifacts)
        guard isEnabled, let old = try await run.journal.reusableJob(key: key) else { return .run(key: key) }
        guard
            let outcome = try await take(
                old,
                as: request.record,
                why: "unchanged since run \(old.runId)",
                key: key
            )
        else { return .run(key: key) }
        return .reused(outcome)
    }

    /// Takes over outputs, artifacts and summary of a job of another run; nil where they are gone.
    func take(_ old: JobRecord, as record: JobRecord, why: String, key: String? = nil) async throws -> JobOutcome? {
        let source = run.layout.state.runs.appending(path: old.runId)
        let logs = run.layout.state.url.appending(path: old.directory)
        guard FileManager.default.fileExists(atPath: logs.path) else { return nil }
        let store = ArtifactStore(folder: source.appending(path: "artifacts"))
        let kept = try store.all().filter { $0.job == old.key }
        // An artifact that was removed since cannot be taken over.
        guard UploadedArtifacts.names(in: logs).isSubset(of: kept.map(\.name)) else { return nil }
        for artifact in kept {
            guard try run.artifacts.artifact(named: artifact.name) == nil else { continue }
            try await run.artifacts.adopt(artifact, from: store, tools: run.repository.tools)
        }
        let folders = run.layout.job(record.key)
        try FileManager.default.createDirectory(at: folders.logs, withIntermediateDirectories: true)
        let summary = logs.appending(path: "summary.md")
        if FileManager.default.fileExists(atPath: summary.path) {
            try? FileManager.default.copyItem(at: summary, to: folders.summary)
        }
        var record = record
        record.status = .completed
        record.result = old.result
        record.reuseKey = key
        record.reusedFrom = old.reusedFrom ?? old.runId
        record.outputs = old.outputs
        record.message = why
        record.startedAt = Date()
        record.endedAt = record.startedAt
        try await run.journal.save(record)
        try await run.journal.add(
            EventRecord(
                at: Date(),
                subject: "run",
                subjectId: run.record.id,
                type: "job.reused",
                data: ["job": .string(record.key), "from": .string(old.runId), "key": key.map(JSON.string) ?? .null]
            )
        )
        run.observer.observe(.job(record))
        return JobOutcome(record, tolerates: false)
    }
}
