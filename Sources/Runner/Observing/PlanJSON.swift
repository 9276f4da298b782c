import Core
import Workflows

/// A plan as JSON, for `slipway plan --json`.
package enum PlanJSON {
    package static func json(_ prepared: WorkflowRunner.Prepared) -> JSON {
        [
            "workflow": .string(prepared.workflow.displayName), "file": .string(prepared.file),
            "event": .string(prepared.event.name), "ref": .string(prepared.event.ref),
            "sha": .string(prepared.event.sha), "triggered": .bool(prepared.isTriggered),
            "reasons": .array(prepared.reasons.map(JSON.string)),
            "refusals": .array(prepared.plan.refusals.map { .string($0.text) }),
            "jobs": .array(prepared.plan.jobs.map(json)),
        ]
    }

    private static func json(_ job: RunPlan.Job) -> JSON {
        [
            "id": .string(job.id), "name": .string(job.name), "needs": .array(job.needs.map(JSON.string)),
            "if": json(job.condition), "mayRun": .bool(job.mayRun), "note": job.note.map(JSON.string) ?? .null,
            "expanded": .bool(job.isExpanded),
            "maxParallel": job.maxParallel.map { JSON.int(Int64($0)) } ?? .null,
            "legs": .array(job.legs.map(json)),
        ]
    }

    private static func json(_ leg: RunPlan.Leg) -> JSON {
        [
            "name": .string(leg.name), "runsOn": leg.labels.map { .array($0.map(JSON.string)) } ?? .null,
            "environment": leg.environment.map(JSON.string) ?? .null,
            "concurrency": leg.concurrency.map(JSON.string) ?? .null,
            "steps": .array(leg.steps.map(json)),
            "calls": leg.call.map { ["file": .string($0.file), "jobs": .array($0.jobs.map(json))] } ?? .null,
        ]
    }

    private static func json(_ step: RunPlan.Step) -> JSON {
        [
            "name": .string(step.name), "if": json(step.condition), "background": .bool(step.isBackground),
            "steps": .array(step.inner.map(json)),
        ]
    }

    private static func json(_ condition: ConditionForecast) -> JSON {
        [
            "expression": .string(condition.expression), "values": .string(condition.substituted),
            "result": condition.certain.map(JSON.bool) ?? .null,
            "assumed": condition.assumed.map(JSON.bool) ?? .null, "verdict": .string(condition.verdict),
        ]
    }
}
