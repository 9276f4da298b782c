import Core
import Foundation
import Journal

/// Why a run ended as it did, in a few sentences: `slipway explain`.
package struct RunExplanation: Sendable {
    /// A step that made its job fail.
    package struct Cause: Sendable {
        package let job: String
        package let step: String
        package let path: String
        package let exitStatus: Int?
        package let message: String?
        /// The first lines that say what went wrong.
        package let lines: [String]
    }

    /// What kept a job or step from running: the expression, its values put in, and the result.
    package struct Decision: Sendable {
        package let subject: String
        package let text: String
    }

    package let run: RunRecord
    package let sentences: [String]
    package let causes: [Cause]
    package let decisions: [Decision]

    /// Reads the journal and the logs of a run.
    package static func of(_ run: RunRecord, journal: Journal, state: StateDirectory) async throws -> RunExplanation {
        let jobs = try await journal.jobs(ofRun: run.id)
        let steps = try await journal.steps(ofRun: run.id)
        let annotations = try await journal.annotations(ofRun: run.id)
        var causes: [Cause] = []
        for step in steps where step.conclusion == .failure {
            guard let job = jobs.first(where: { $0.key == step.jobKey }) else { continue }
            let log = state.url.appending(path: job.directory).appending(path: step.log)
            let own = annotations.filter { $0.jobKey == job.key && $0.stepNumber == step.number && $0.level == .error }
            causes.append(
                Cause(
                    job: job.name,
                    step: step.name,
                    path: "\(job.key)/\(step.number)",
                    exitStatus: step.exitStatus,
                    message: step.message,
                    lines: ErrorLines.first(annotations: own, log: log)
                )
            )
        }
        let decisions =
            jobs.filter { $0.result == .skipped }.compactMap { job in
                job.message.map { Decision(subject: "job \(job.name)", text: $0) }
            }
            + steps.filter { $0.conclusion == .skipped }.compactMap { step in
                step.message.map { Decision(subject: "step \(step.jobKey)/\(step.number) (\(step.name))", text: $0) }
            }
        var explanation = RunExplanation(run: run, sentences: [], causes: causes, decisions: decisions)
        let events = try await journal.events(of: "run", id: run.id)
        explanation = RunExplanation(
            run: run,
            sentences: explanation.tell(jobs, isAbandoned: run.isAbandoned(in: state), events: events),
            causes: causes,
            decisions: decisions
        )
        return explanation
    }

    // MARK: - Sentences

    private func tell(_ jobs: [JobRecord], isAbandoned: Bool, events: [EventRecord]) -> [String] {
        var result = [opening(isAbandoned: isAbandoned)]
        let resumed = events.count { $0.type == "run.resumed" }
        if resumed > 0 {
            result.append("Its engine was replaced \(resumed == 1 ? "once" : "\(resumed) times") on the way.")
        }
        for job in jobs where job.result == .failure { result.append(failure(of: job)) }
        for job in jobs where job.result == .cancelled {
            result.append("The job \(job.name) was cancelled\(job.message.map { ": \($0)" } ?? "").")
        }
        for job in jobs where job.status == .waiting { result.append("The job \(job.name) \(job.message ?? "waits").") }
        let skipped = jobs.filter { $0.result == .skipped }
        if !skipped.isEmpty {
            result.append("\(Self.list("job", skipped.map(\.name))) did not run (see the decisions).")
        }
        let reused = jobs.filter { $0.reusedFrom != nil }
        if !reused.isEmpty {
            let sources = Set(reused.compactMap(\.reusedFrom)).sorted().joined(separator: ", ")
            result.append("\(Self.list("job", reused.map(\.name))) took the result of run \(sources).")
        }
        return result
    }

    private func opening(isAbandoned: Bool) -> String {
        let name = "Run \(run.id) (\(run.workflow) #\(run.number), \(run.event) \(run.ref) at \(run.sha.prefix(8)))"
        let time = DurationFormat.text(from: run.startedAt, to: run.endedAt)
        return switch (run.status, run.conclusion) {
        case (.completed, .success?): "\(name) succeeded in \(time)."
        case (.completed, .failure?): "\(name) failed after \(time)."
        case (.completed, .cancelled?): "\(name) was cancelled after \(time)."
        case (.completed, _): "\(name) ran nothing: all its jobs were skipped."
        case (.waiting, _): "\(name) waits for a person."
        case (.running, _) where isAbandoned:
            "\(name) was cut short: its engine is gone. Go on with it: slipway run --resume \(run.id)."
        case (.running, _): "\(name) is still running."
        }
    }

    private func failure(of job: JobRecord) -> String {
        let own = causes.filter { $0.path.hasPrefix("\(job.key)/") }
        guard let cause = own.first else {
            return "The job \(job.name) failed\(job.message.map { ": \($0)" } ?? " outside its steps")."
        }
        var text = "The job \(job.name) failed in its step \(cause.path) “\(cause.step)”"
        if let status = cause.exitStatus {
            text += ", which ended with exit code \(status)\(Self.meaning(of: status))"
        } else if let message = cause.message {
            text += ": \(message)"
        }
        if own.count > 1 { text += "; \(own.count - 1) more of its steps failed after that" }
        return text + "."
    }

    /// What a shell says with a status of its own.
    private static func meaning(of status: Int) -> String {
        switch status {
        case 126: " (the program could not be executed)"
        case 127: " (a command was not found)"
        case 137: " (killed by SIGKILL: often the machine was out of memory)"
        case 129...159: " (ended by signal \(status - 128))"
        default: ""
        }
    }

    private static func list(_ kind: String, _ names: [String]) -> String {
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        return names.count == 1 ? "The \(kind) \(shown)" : "The \(kind)s \(shown)"
    }

    // MARK: - Output

    package func text(_ style: TextStyle) -> String {
        var lines = sentences
        for cause in causes where !cause.lines.isEmpty {
            lines.append("")
            lines.append(style.title("\(cause.path) \(cause.step)"))
            lines += cause.lines.map { "  \($0)" }
        }
        if !decisions.isEmpty {
            lines.append("")
            lines.append(style.title("Decisions"))
            lines += decisions.map { "  \($0.subject): \($0.text)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    package var json: JSON {
        [
            "run": .string(run.id),
            "status": .string(run.status.rawValue),
            "conclusion": run.conclusion.map { .string($0.rawValue) } ?? .null,
            "sentences": .array(sentences.map(JSON.string)),
            "causes": .array(
                causes.map { cause in
                    [
                        "job": .string(cause.job), "step": .string(cause.step), "path": .string(cause.path),
                        "exitStatus": cause.exitStatus.map { .int(Int64($0)) } ?? .null,
                        "message": cause.message.map(JSON.string) ?? .null,
                        "lines": .array(cause.lines.map(JSON.string)),
                    ]
                }
            ),
            "decisions": .array(
                decisions.map { ["subject": .string($0.subject), "decision": .string($0.text)] }
            ),
        ]
    }
}

/// Finds what a log says of an error, without holding the log.
enum ErrorLines {
    static let maximum = 5
    private static let maximumLength = 400
    /// Repeats what the step's exit status says.
    private static let exitLine = "Process completed with exit code"

    /// Annotations say it best; else the first lines that speak of an error, else the last lines.
    static func first(annotations: [AnnotationRecord], log: URL) -> [String] {
        let told = annotations.filter { !$0.message.hasPrefix(exitLine) }.map { annotation in
            let place = annotation.file.map { file in "\(file)\(annotation.line.map { ":\($0)" } ?? ""): " } ?? ""
            return place + (annotation.message.split(separator: "\n").first.map(String.init) ?? "")
        }
        if !told.isEmpty { return Array(told.prefix(maximum)) }
        guard let reader = try? LogReader(log) else { return [] }
        var errors: [String] = []
        var last: [String] = []
        var isHeading = false
        while errors.count < maximum, let line = reader.next() {
            if line.hasPrefix("##[group]Run ") { isHeading = true }
            defer { if line == "##[endgroup]" { isHeading = false } }
            guard !isHeading, line != "##[endgroup]", !line.contains(exitLine), !line.isEmpty else { continue }
            let shown = String(line.prefix(maximumLength))
            if line.contains(/(?i)\b(error|fatal|failed|failure|panic|exception|cannot|not found|denied|undefined)\b/) {
                errors.append(shown)
            }
            last.append(shown)
            if last.count > 3 { last.removeFirst() }
        }
        return errors.isEmpty ? last : errors
    }
}
