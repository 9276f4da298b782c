import Core
import Workflows

/// A plan as text, for `slipway plan` and `run --dry-run`.
package struct PlanText {
    private let style: TextStyle
    private var lines: [String] = []

    private init(style: TextStyle) { self.style = style }

    package static func text(_ prepared: WorkflowRunner.Prepared, _ style: TextStyle) -> String {
        var text = PlanText(style: style)
        text.add(prepared)
        return text.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ prepared: WorkflowRunner.Prepared) {
        lines.append("\(style.bold(prepared.workflow.displayName)) (\(prepared.file))")
        let verb = prepared.isTriggered ? "runs" : "does not run"
        lines.append("  \(prepared.event.name) \(prepared.event.ref): \(verb)")
        for reason in prepared.reasons { lines.append(style.dim("    \(reason)")) }
        if prepared.isTriggered { for job in prepared.plan.jobs { add(job, depth: 1) } }
        for refusal in prepared.plan.refusals { lines.append(style.red(refusal.text)) }
    }

    private mutating func add(_ text: String, depth: Int) {
        lines.append(String(repeating: "  ", count: depth) + text)
    }

    private mutating func add(_ job: RunPlan.Job, depth: Int) {
        let needs = job.needs.isEmpty ? "" : "  after \(job.needs.joined(separator: ", "))"
        let mark = job.mayRun ? style.green("•") : style.dim("–")
        add("\(mark) \(job.name)\(needs)", depth: depth)
        add(job.condition, depth: depth + 2)
        if let note = job.note { add(style.dim(note), depth: depth + 2) }
        if !job.isExpanded { add("matrix: known when the jobs before it are done", depth: depth + 2) }
        if let limit = job.maxParallel { add("max-parallel: \(limit)", depth: depth + 2) }
        guard job.legs.count > 1 else {
            for leg in job.legs { add(leg, depth: depth + 2) }
            return
        }
        // Legs that differ in their names only are told once.
        var groups: [(names: [String], lines: [String], leg: RunPlan.Leg)] = []
        for leg in job.legs {
            var own = PlanText(style: style)
            own.add(leg, depth: depth + 3)
            if let index = groups.firstIndex(where: { $0.lines == own.lines }) {
                groups[index].names.append(leg.name)
            } else {
                groups.append(([leg.name], own.lines, leg))
            }
        }
        for group in groups {
            for name in group.names { add("· \(name)", depth: depth + 2) }
            lines += group.lines
        }
    }

    private mutating func add(_ leg: RunPlan.Leg, depth: Int) {
        if let labels = leg.labels { add(style.dim("runs-on: \(labels.joined(separator: ", "))"), depth: depth) }
        if let environment = leg.environment { add("environment: \(environment)", depth: depth) }
        if let concurrency = leg.concurrency { add("concurrency: \(concurrency)", depth: depth) }
        for (index, step) in leg.steps.enumerated() { add(step, number: "\(index + 1).", depth: depth) }
        if let call = leg.call {
            add("calls \(call.file)", depth: depth)
            for job in call.jobs { add(job, depth: depth + 1) }
        }
    }

    private mutating func add(_ step: RunPlan.Step, number: String, depth: Int) {
        let name = "\(number) \(step.name)" + (step.isBackground ? " (in the background)" : "")
        let isOff = step.condition.certain == false
        add(isOff ? style.dim("\(name)  – skipped") : name, depth: depth)
        add(step.condition, depth: depth + 2)
        for inner in step.inner { add(inner, number: "-", depth: depth + 1) }
    }

    /// A condition that the file does not write is told only where it decides.
    private mutating func add(_ condition: ConditionForecast, depth: Int) {
        if ["success()", "always()"].contains(condition.expression), condition.certain != false { return }
        add(style.dim("if: \(condition.expression)"), depth: depth)
        if condition.substituted != condition.expression {
            add(style.dim("  = \(condition.substituted)"), depth: depth)
        }
        add(style.dim("  → \(condition.verdict)"), depth: depth)
    }
}
