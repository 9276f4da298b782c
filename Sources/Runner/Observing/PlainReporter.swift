import Foundation
import Journal
import Synchronization

/// Shows a run as lines with the job's name in front, for files, pipes and CI.
package final class PlainReporter: RunObserver {
    private struct State {
        var known: Set<String> = []
        /// The width of the longest job name so far, so that lines stand below one another.
        var width = 0
        /// Where each job's current step stands in its heading, which only repeats the step's name and script.
        var headings: [String: Heading] = [:]
    }

    private enum Heading { case expected, open, over }

    private let style: TextStyle
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// A reporter whose `write` gets whole lines, one call at a time.
    package init(style: TextStyle, write: @escaping @Sendable (String) -> Void) {
        self.style = style
        self.write = write
    }

    package func observe(_ progress: RunProgress) {
        state.withLock { state in
            switch progress {
            case .runStarted(let run):
                let source = run.dirty ? "commit + local changes" : "commit"
                let title = "\(run.displayTitle): \(run.event) \(run.ref) at \(run.sha.prefix(12))"
                write("\(title) (\(source)), run \(run.id)\n")
            case .job(let job): show(job, &state)
            case .step(let step):
                state.headings[step.jobKey] = .expected
                show(step, state)
            case .output(let job, _, let text): write(output(job, text, &state))
            case .annotation: break
            case .notice(let text): write("* \(text)\n")
            case .runFinished: break
            }
        }
    }

    private func show(_ job: JobRecord, _ state: inout State) {
        state.width = max(state.width, min(job.key.count, 32))
        switch job.status {
        case .queued: break
        case .waiting: write("\(prefix(job.key, state))\(style.yellow("waiting")): \(job.message ?? "")\n")
        case .running: write("\(prefix(job.key, state))\(style.blue("started"))\n")
        case .completed:
            let time = job.reusedFrom == nil ? DurationFormat.text(from: job.startedAt, to: job.endedAt) : "reused"
            let message = job.message.map { ": \($0)" } ?? ""
            let words = [StatusMark.text(job, style), job.result?.rawValue ?? "", time].filter { !$0.isEmpty }
            write("\(prefix(job.key, state))\(words.joined(separator: " "))\(message)\n")
        }
    }

    private func show(_ step: StepRecord, _ state: State) {
        let front = prefix(step.jobKey, state)
        switch (step.status, step.conclusion) {
        case (.running, _): write("\(front)\(style.bold("→ \(step.name)"))\n")
        case (.completed, .skipped?):
            let why = step.message.map { " (\($0))" } ?? ""
            write("\(front)\(style.dim("– skipped: \(step.name)\(why)"))\n")
        case (.completed, .failure?), (.completed, .cancelled?):
            let time = DurationFormat.text(from: step.startedAt, to: step.endedAt)
            let word = step.conclusion == .failure ? style.red("✗ failed") : style.yellow("⊘ cancelled")
            write("\(front)\(word): \(step.name) (\(time))\n")
        default: break
        }
    }

    private func output(_ job: JobRecord, _ text: String, _ state: inout State) -> String {
        let front = prefix(job.key, state)
        var result = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            switch state.headings[job.key] {
            case .expected? where line.hasPrefix("##[group]Run "):
                state.headings[job.key] = .open
                continue
            case .open?:
                if line == "##[endgroup]" { state.headings[job.key] = .over }
                continue
            default: state.headings[job.key] = .over
            }
            if let shown = LogLine(String(line)).rendered(style) { result += "\(front)\(shown)\n" }
        }
        return result
    }

    private func prefix(_ key: String, _ state: State) -> String {
        key + String(repeating: " ", count: max(0, state.width - key.count)) + " | "
    }
}
