import Foundation
import Journal
import Synchronization

/// Shows a run on a terminal: a table of jobs that is updated in place, and above it what a person must read.
package final class LiveReporter: RunObserver {
    private struct JobView {
        var record: JobRecord
        var step: StepRecord?
        /// The last lines of the running step, shown if it fails.
        var tail: [String] = []
    }

    private struct State {
        var jobs: [JobView] = []
        var drawnLines = 0
        var frame = 0
        var isDone = false
        /// Whether something else writes to the terminal now.
        var isPaused = false
    }

    private static let tailLength = 60
    private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

    private let style: TextStyle
    private let size: @Sendable () -> (columns: Int, rows: Int)
    private let now: @Sendable () -> Date
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    package init(
        style: TextStyle,
        size: @escaping @Sendable () -> (columns: Int, rows: Int),
        now: @escaping @Sendable () -> Date = { Date() },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.style = style
        self.size = size
        self.now = now
        self.write = write
    }

    package func observe(_ progress: RunProgress) {
        state.withLock { state in
            switch progress {
            case .runStarted(let run):
                state.isDone = false
                state.jobs = []
                let source = run.dirty ? " + local changes" : ""
                let title =
                    "\(style.bold(run.displayTitle)) · \(run.event) · \(run.ref) · \(run.sha.prefix(12))\(source)"
                printAbove(["\(title) · run \(run.id)"], &state)
            case .job(let job): update(job, &state)
            case .step(let step): update(step, &state)
            case .output(let job, _, let text):
                guard let index = state.jobs.firstIndex(where: { $0.record.key == job.key }) else { return }
                let lines = text.split(separator: "\n").suffix(Self.tailLength).map(String.init)
                state.jobs[index].tail = (state.jobs[index].tail + lines).suffix(Self.tailLength)
            case .annotation(let annotation):
                if annotation.level == .warning {
                    printAbove([style.yellow("warning") + " \(annotation.jobKey): \(annotation.message)"], &state)
                }
            case .notice(let text): printAbove(["* \(text)"], &state)
            case .runFinished:
                state.isDone = true
                erase(&state)
            }
        }
    }

    /// Redraws until the task is cancelled; durations and spinners move this way.
    package func animate() async {
        while !Task.isCancelled {
            state.withLock { state in
                state.frame += 1
                if !state.isDone { draw(&state) }
            }
            try? await Task.sleep(for: .milliseconds(120))
        }
    }

    /// Takes the table away while a person is asked something.
    package func paused<Value>(_ body: () throws -> Value) rethrows -> Value {
        state.withLock { state in
            erase(&state)
            state.isPaused = true
        }
        defer { state.withLock { $0.isPaused = false } }
        return try body()
    }

    private func update(_ job: JobRecord, _ state: inout State) {
        if let index = state.jobs.firstIndex(where: { $0.record.key == job.key }) {
            state.jobs[index].record = job
            if job.status == .completed { state.jobs[index].step = nil }
        } else {
            state.jobs.append(JobView(record: job))
        }
    }

    private func update(_ step: StepRecord, _ state: inout State) {
        guard let index = state.jobs.firstIndex(where: { $0.record.key == step.jobKey }) else { return }
        if step.status == .running {
            state.jobs[index].step = step
            state.jobs[index].tail = []
        } else if step.outcome == .failure {
            let view = state.jobs[index]
            var tail = view.tail[...]
            // The heading repeats the script, which the step's name tells already.
            if tail.first?.hasPrefix("##[group]Run ") == true, let end = tail.firstIndex(of: "##[endgroup]") {
                tail = tail[(end + 1)...]
            }
            let lines = tail.compactMap { LogLine($0).rendered(style) }.map { "  \(style.dim("│")) \($0)" }
            let mark = step.conclusion == .failure ? style.red("✗") : style.yellow("✗")
            printAbove(["\(mark) \(view.record.name) › \(step.name)"] + lines, &state)
        }
    }

    // MARK: - Drawing

    private func printAbove(_ lines: [String], _ state: inout State) {
        erase(&state)
        write(lines.map { $0 + "\n" }.joined())
        if !state.isDone { draw(&state) }
    }

    private func erase(_ state: inout State) {
        if state.drawnLines > 0 { write("\u{1B}[\(state.drawnLines)A\u{1B}[J") }
        state.drawnLines = 0
    }

    private func draw(_ state: inout State) {
        guard !state.isPaused else { return }
        let (columns, rows) = size()
        var views = state.jobs
        let room = max(3, rows - 3)
        var hidden = 0
        if views.count > room {
            // What is going on comes first, then what went wrong; the rest is a number.
            let ordered = views.enumerated().sorted {
                rank($0.element) < rank($1.element) || (rank($0.element) == rank($1.element) && $0.offset < $1.offset)
            }
            views = ordered.prefix(room - 1).sorted { $0.offset < $1.offset }.map(\.element)
            hidden = state.jobs.count - views.count
        }
        var lines = views.map { line(of: $0, frame: state.frame, columns: columns) }
        if hidden > 0 { lines.append(style.dim("  … and \(hidden) more jobs")) }
        let up = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A" : ""
        write(up + lines.map { "\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J")
        state.drawnLines = lines.count
    }

    private func rank(_ view: JobView) -> Int {
        switch (view.record.status, view.record.result) {
        case (.running, _), (.waiting, _): 0
        case (.completed, .failure?): 1
        case (.queued, _): 2
        case (.completed, _): 3
        }
    }

    private func line(of view: JobView, frame: Int, columns: Int) -> String {
        let job = view.record
        let isRunning = job.status == .running
        let mark = isRunning ? style.blue(Self.frames[frame % Self.frames.count]) : StatusMark.text(job, style)
        let time = job.startedAt.map { DurationFormat.text((job.endedAt ?? now()).timeIntervalSince($0)) } ?? ""
        var detail = ""
        if isRunning, let step = view.step {
            detail = "› \(step.name)"
        } else if job.reusedFrom != nil {
            detail = "reused"
        } else if let message = job.message {
            detail = message.split(separator: "\n").first.map(String.init) ?? ""
        }
        let room = max(10, columns - 6)
        let text = String("\(job.name)  \(time)".prefix(room))
        let rest = max(0, room - text.count - 2)
        return "  \(mark) \(text)  \(style.dim(String(detail.prefix(rest))))"
    }
}
