import Core
import Workflows

/// A plan as text and JSON, for `--dry-run` and `--list`.
package enum PlanText {
    package static func text(_ prepared: WorkflowRunner.Prepared, _ style: TextStyle) -> String {
        let workflow = prepared.workflow
        var lines = ["\(style.bold(workflow.displayName)) (\(prepared.file))"]
        let verb = prepared.isTriggered ? "runs" : "does not run"
        lines.append("  \(prepared.event.name) \(prepared.event.ref): \(verb)")
        for reason in prepared.reasons { lines.append(style.dim("    \(reason)")) }
        for job in prepared.plan.jobs {
            let needs = job.needs.isEmpty ? "" : "  after \(job.needs.joined(separator: ", "))"
            let mark = job.mayRun ? style.green("•") : style.dim("–")
            lines.append("  \(mark) \(job.name)\(needs)")
            if let reason = job.reason { lines.append(style.dim("      if: \(reason)")) }
            if let environment = job.environment, !environment.isEmpty {
                lines.append("      environment: \(environment)")
            }
            guard job.mayRun else { continue }
            switch job.legs {
            case nil: lines.append("      matrix: known when the jobs before it are done")
            case let legs? where legs.count > 1: for leg in legs { lines.append("      · \(leg)") }
            default: break
            }
            for (index, step) in job.steps.enumerated() { lines.append(style.dim("      \(index + 1). \(step)")) }
        }
        for refusal in prepared.plan.refusals { lines.append(style.red(refusal.text)) }
        return lines.joined(separator: "\n") + "\n"
    }

    package static func json(_ prepared: WorkflowRunner.Prepared) -> JSON {
        [
            "workflow": .string(prepared.workflow.displayName), "file": .string(prepared.file),
            "event": .string(prepared.event.name), "ref": .string(prepared.event.ref),
            "sha": .string(prepared.event.sha), "triggered": .bool(prepared.isTriggered),
            "reasons": .array(prepared.reasons.map(JSON.string)),
            "refusals": .array(prepared.plan.refusals.map { .string($0.text) }),
            "jobs": .array(
                prepared.plan.jobs.map { job in
                    [
                        "id": .string(job.id), "name": .string(job.name),
                        "needs": .array(job.needs.map(JSON.string)),
                        "legs": job.legs.map { .array($0.map(JSON.string)) } ?? .null,
                        "runsOn": job.labels.map { .array($0.map(JSON.string)) } ?? .null,
                        "environment": job.environment.map(JSON.string) ?? .null,
                        "mayRun": .bool(job.mayRun), "reason": job.reason.map(JSON.string) ?? .null,
                        "steps": .array(job.steps.map(JSON.string)),
                    ]
                }
            ),
        ]
    }
}
