import Core
import Foundation
import Journal

/// Reads the stored logs of a run.
package struct RunLogs: Sendable {
    private let journal: Journal
    private let state: StateDirectory

    package init(journal: Journal, state: StateDirectory) {
        self.journal = journal
        self.state = state
    }

    /// The run that a user names: an id, the end of one, or `latest`.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where there is none.
    package func run(_ name: String) async throws -> RunRecord {
        let latest = try await journal.runs(limit: 10)
        if name == "latest", let run = latest.first { return run }
        if let run = try await journal.run(matching: name) { return run }
        throw SlipwayError(
            .invalidInput,
            name == "latest" ? "Nothing has run yet" : "There is no run \"\(name)\", or more than one is so named",
            next: latest.isEmpty ? "Start one: slipway run" : "The latest: \(latest.map(\.id).joined(separator: ", "))"
        )
    }

    /// A step with the file that holds its log.
    package struct Part: Sendable {
        package let job: JobRecord
        package let step: StepRecord
        package let file: URL
    }

    /// The logs of a run, of one of its jobs, or of one step of that.
    ///
    /// The path is `job` or `job/step`: a job by key, id or name; a step by number, id or name. Throws `SlipwayError`
    /// (`.invalidInput`) where there is no such job or step.
    package func parts(of run: RunRecord, path: String?) async throws -> [Part] {
        var jobs = try await journal.jobs(ofRun: run.id)
        var wantedStep: String?
        if let path {
            let exact = jobs.filter { $0.key == path || $0.jobId == path || $0.name == path }
            if exact.isEmpty, let slash = path.firstIndex(of: "/") {
                let name = String(path[..<slash])
                wantedStep = String(path[path.index(after: slash)...])
                jobs = jobs.filter { $0.key == name || $0.jobId == name || $0.name == name }
            } else {
                jobs = exact
            }
            guard !jobs.isEmpty else {
                let all = try await journal.jobs(ofRun: run.id).map(\.key)
                throw SlipwayError(
                    .invalidInput,
                    "Run \(run.id) has no job \"\(path)\"",
                    next: Suggestion.help(for: path, in: all)
                )
            }
        }
        var parts: [Part] = []
        var names: [String] = []
        for job in jobs {
            // A job that was answered from the journal has its log in the run that really ran it.
            let source = job.reusedFrom ?? job.runId
            let directory = job.reusedFrom.map { "runs/\($0)/jobs/\(job.key)" } ?? job.directory
            for step in try await journal.steps(ofRun: source, job: job.key) {
                names.append(step.name)
                guard wantedStep == nil || Self.matches(step, wantedStep ?? "") else { continue }
                let file = state.url.appending(path: directory).appending(path: step.log)
                parts.append(Part(job: job, step: step, file: file))
            }
        }
        if let wantedStep, parts.isEmpty {
            throw SlipwayError(
                .invalidInput,
                "There is no step \"\(wantedStep)\"",
                next: Suggestion.help(for: wantedStep, in: names)
            )
        }
        return parts
    }

    /// The one step that `JOB/STEP` names.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where there is none, or more than one.
    func part(of run: RunRecord, path: String) async throws -> Part {
        let found = try await parts(of: run, path: path)
        guard let only = found.first, found.count == 1 else {
            throw SlipwayError(
                .invalidInput,
                "\(path) names \(found.count) steps",
                next:
                    "Name one as JOB/STEP: \(found.prefix(5).map { "\($0.job.key)/\($0.step.number)" }.joined(separator: ", "))"
            )
        }
        return only
    }

    private static func matches(_ step: StepRecord, _ name: String) -> Bool {
        String(step.number) == name || step.stepId == name || step.name == name
    }
}
