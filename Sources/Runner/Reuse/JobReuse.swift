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
        guard let outcome = try await repeated(old, request, key: key) else { return .run(key: key) }
        return .reused(outcome)
    }

    /// Takes over outputs, artifacts and summary; nil where they are gone.
    private func repeated(_ old: JobRecord, _ request: JobRequest, key: String) async throws -> JobOutcome? {
        let source = run.layout.state.runs.appending(path: old.runId)
        let logs = run.layout.state.url.appending(path: old.directory)
        guard FileManager.default.fileExists(atPath: logs.path) else { return nil }
        let store = ArtifactStore(folder: source.appending(path: "artifacts"))
        for artifact in try store.all() where artifact.job == old.key {
            guard try run.artifacts.artifact(named: artifact.name) == nil else { continue }
            try await run.artifacts.adopt(artifact, from: store, tools: run.repository.tools)
        }
        let folders = run.layout.job(request.record.key)
        try FileManager.default.createDirectory(at: folders.logs, withIntermediateDirectories: true)
        let summary = logs.appending(path: "summary.md")
        if FileManager.default.fileExists(atPath: summary.path) {
            try? FileManager.default.copyItem(at: summary, to: folders.summary)
        }
        var record = request.record
        record.status = .completed
        record.result = .success
        record.reuseKey = key
        record.reusedFrom = old.runId
        record.outputs = old.outputs
        record.message = "unchanged since run \(old.runId)"
        record.startedAt = Date()
        record.endedAt = record.startedAt
        try await run.journal.save(record)
        try await run.journal.add(
            EventRecord(
                at: Date(),
                subject: "run",
                subjectId: run.record.id,
                type: "job.reused",
                data: ["job": .string(record.key), "from": .string(old.runId), "key": .string(key)]
            )
        )
        run.observer.observe(.job(record))
        let outputs = OrderedDictionary(uniqueKeysWithValues: old.outputs.sorted { $0.key < $1.key }.map { ($0, $1) })
        return JobOutcome(result: .success, outputs: outputs, record: record)
    }
}
