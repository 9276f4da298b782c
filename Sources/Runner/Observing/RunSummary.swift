import Core
import Foundation
import Journal

/// The page that ends a run: what ran, how long it took, what went wrong, where to look.
package struct RunSummary: Sendable {
    package let run: RunRecord
    package let jobs: [JobRecord]
    package let annotations: [AnnotationRecord]
    /// The absolute folder of Slipway's state.
    package let state: String

    private static let maximumAnnotations = 10

    package init(run: RunRecord, jobs: [JobRecord], annotations: [AnnotationRecord], state: String) {
        self.run = run
        self.jobs = jobs
        self.annotations = annotations
        self.state = state
    }

    package func text(_ style: TextStyle) -> String {
        var lines = ["", "\(style.bold(run.displayTitle)) · \(run.event) · \(run.ref) · \(sourceText) · run \(run.id)"]
        let width = min(48, jobs.map(\.name.count).max() ?? 0)
        for job in jobs { lines.append(line(of: job, width: width, style)) }
        lines += annotationLines(style)
        lines.append(verdict(style))
        lines.append(style.dim("logs: \(state)/\(run.directory)/jobs · slipway logs \(run.id)"))
        return lines.joined(separator: "\n") + "\n"
    }

    private var sourceText: String { "\(run.sha.prefix(12))\(run.dirty ? " + local changes" : "")" }

    private func line(of job: JobRecord, width: Int, _ style: TextStyle) -> String {
        let name = job.name.count > width ? job.name.prefix(width - 1) + "…" : job.name[...]
        let padded = name + String(repeating: " ", count: max(0, width - name.count))
        var notes = DurationFormat.text(from: job.startedAt, to: job.endedAt)
        if job.reusedFrom != nil { notes = "reused" }
        if let message = job.message {
            notes +=
                (notes.isEmpty ? "" : "  ") + style.dim(message.split(separator: "\n").first.map(String.init) ?? "")
        }
        return "  \(StatusMark.text(job, style)) \(padded)  \(StatusMark.word(job))  \(notes)"
    }

    private func annotationLines(_ style: TextStyle) -> [String] {
        let errors = annotations.filter { $0.level == .error } + annotations.filter { $0.level == .warning }
        var lines = errors.prefix(Self.maximumAnnotations).map { annotation in
            let place = annotation.file.map { file in
                "\(file)\(annotation.line.map { ":\($0)" } ?? "")\(annotation.column.map { ":\($0)" } ?? ""): "
            }
            let mark = annotation.level == .error ? style.red("error") : style.yellow("warning")
            let message = annotation.message.split(separator: "\n").first ?? ""
            return "  \(mark) \(annotation.jobKey): \(place ?? "")\(message)"
        }
        if errors.count > Self.maximumAnnotations {
            lines.append("  and \(errors.count - Self.maximumAnnotations) more")
        }
        return lines
    }

    private func verdict(_ style: TextStyle) -> String {
        let time = DurationFormat.text(from: run.startedAt, to: run.endedAt)
        switch (run.status, run.conclusion) {
        case (.waiting, _): return style.yellow("● waiting for approval")
        case (_, .success?): return style.green("✓ success") + " in \(time)"
        case (_, .failure?): return style.red("✗ failure") + " after \(time)"
        case (_, .cancelled?): return style.yellow("⊘ cancelled") + " after \(time)"
        case (_, .skipped?): return style.dim("– skipped")
        case (_, nil) where run.isAbandoned(in: StateDirectory(URL(filePath: state))):
            return style.red("✗ died: its engine is gone") + " (go on: slipway run --resume \(run.id))"
        case (_, nil): return style.yellow("● \(run.status.rawValue)")
        }
    }
}

/// How a result looks in one character and one word.
enum StatusMark {
    static func text(_ job: JobRecord, _ style: TextStyle) -> String {
        switch (job.status, job.result) {
        case (.completed, .success?): style.green("✓")
        case (.completed, .failure?): style.red("✗")
        case (.completed, .cancelled?): style.yellow("⊘")
        case (.completed, _): style.dim("–")
        case (.waiting, _): style.yellow("●")
        case (.running, _): style.blue("▶")
        case (.queued, _): style.dim("·")
        }
    }

    static func word(_ job: JobRecord) -> String {
        let word = job.status == .completed ? job.result?.rawValue ?? "" : job.status.rawValue
        return word + String(repeating: " ", count: max(0, 9 - word.count))
    }
}
