import Core
import Foundation
import Kubernetes

/// One release from its record on: each state is written before its work is begun, so that whoever finds the record
/// knows what may have happened.
struct ReleaseRun {
    let context: ReleaseContext
    var entry: ReleaseLedger.Entry
    let payload: ReleasePayload

    var record: ReleaseRecord { entry.record }
    var environment: EnvironmentSettings { context.environment }
    var cluster: any ReleaseCluster { context.cluster }
    var changed: [PlannedWrite] { payload.writes.filter { $0.action != .unchanged } }

    /// Begins a release whose record has just been written.
    mutating func start() async throws -> ReleaseOutcome {
        do {
            try await BackupRunner(context: context).run(for: record)
        } catch let failure as ReleaseFailure {
            return try await goBack(because: failure)
        }
        // Unchanged objects need no return point: what they are is in the plan.
        var kept = payload
        for index in kept.writes.indices where kept.writes[index].action == .unchanged {
            kept.writes[index].before = nil
        }
        entry.record.payload = try await context.ledger.store(kept, for: entry)
        try await enter(.applying, "return point recorded: \(changed.count) of \(payload.writes.count) objects change")
        return try await proceed()
    }

    /// Goes on from the record's state to a verdict.
    mutating func proceed() async throws -> ReleaseOutcome {
        do {
            if record.state == .applying {
                let observation = try await RolloutFollower(context: context).observe()
                try await applyAll()
                try await enter(.rollingOut)
                try await rollOut(from: observation)
            } else if record.state == .rollingOut {
                try await rollOut(from: try await RolloutFollower(context: context).observe())
            }
            if record.state == .verifying { try await verify() }
            if record.state == .watching { try await watch() }
            return ReleaseOutcome(result: .verified, record: record)
        } catch let failure as ReleaseFailure {
            return try await goBack(because: failure)
        }
    }

    /// Changes the state: in the cluster first, then in the journal, then on the screen.
    mutating func enter(_ state: ReleaseState, _ detail: String? = nil) async throws {
        var next = entry
        next.record.state = state
        next.record.transitions.append(
            ReleaseRecord.Transition(state: state, at: context.clock.date(), detail: detail)
        )
        entry = try await context.ledger.update(next)
        await context.journal.note(entry.record)
        context.reporter.report(.state(entry.record))
    }

    /// Writes what was learnt without changing the state.
    mutating func save() async throws { entry = try await context.ledger.update(entry) }

    mutating func finish(_ detail: String) async throws {
        try await enter(.verified, detail)
        do {
            try await context.ledger.prune()
        } catch let error as KubernetesStatusError {
            context.reporter.report(.warning("Old release records could not be removed: \(error.message)"))
        }
    }

    /// The Deployment as it is now.
    ///
    /// - Throws: `ReleaseFailure` where it is gone.
    func liveDeployment() async throws -> KubernetesObject {
        let name = environment.deployment.text
        if let object = try await cluster.get(.deployment, namespace: environment.namespace, name: name) {
            return object
        }
        throw ReleaseFailure(reason: "Deleted", message: "the Deployment \(name) is gone")
    }

    /// The write of the Deployment that is rolled out, where the release changes it.
    var deploymentWrite: PlannedWrite? {
        changed.first { $0.reference.kind == "Deployment" && $0.reference.name == environment.deployment.text }
    }
}
