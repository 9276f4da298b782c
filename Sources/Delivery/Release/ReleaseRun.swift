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
    /// What is written at the start, and what only when the traffic moves.
    var early: [PlannedWrite] { changed.filter { $0.stage != .shift } }
    var late: [PlannedWrite] { changed.filter { $0.stage == .shift } }

    /// Begins a release whose record has just been written.
    mutating func start() async throws -> ReleaseOutcome {
        do {
            entry.record.backup = try await BackupRunner(context: context).run(for: record, payload)?.id
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

    /// Goes on from the record's state to a verdict, one state after another.
    mutating func proceed() async throws -> ReleaseOutcome {
        do {
            while !record.state.isFinished {
                switch record.state {
                case .applying: try await applyAndRollOut()
                case .rollingOut: try await rollOutSubject(from: try await RolloutFollower(context: context).observe())
                case .verifying: try await verify()
                case .watching: try await watch()
                case .shifting: try await shift()
                case .retiring: return try await retire(keepsOld: true)
                case .paused: throw Self.paused(record)
                case .prepared, .rollingBack, .verified, .rolledBack, .rollbackFailed, .failed, .abandoned:
                    throw CancellationError()
                }
            }
            return ReleaseOutcome(result: .verified, record: record)
        } catch let failure as ReleaseFailure {
            return try await goBack(because: failure)
        }
    }

    private mutating func applyAndRollOut() async throws {
        let observation = try await RolloutFollower(context: context).observe()
        context.reporter.report(.step("Applying"))
        try await narrow()
        try await apply(early)
        try await enter(.rollingOut)
        try await rollOutSubject(from: observation)
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

    /// A Deployment as it is now.
    ///
    /// - Throws: `ReleaseFailure` where it is gone.
    func liveDeployment(_ name: String) async throws -> KubernetesObject {
        if let object = try await cluster.get(.deployment, namespace: environment.namespace, name: name) {
            return object
        }
        throw ReleaseFailure(reason: "Deleted", message: "the Deployment \(name) is gone")
    }

    /// The write of a Deployment, where the release changes it.
    func deploymentWrite(_ name: String) -> PlannedWrite? { changed.first { $0.isDeployment(named: name) } }
}
