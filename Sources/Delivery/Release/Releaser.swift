import Core
import Foundation
import Kubernetes

/// Takes one digest to one environment, from lock to verdict.
///
/// lock → look for a release that was left unfinished → plan → nothing to do? → preflight → approval → record →
/// ``ReleaseRun``.
package struct Releaser: Sendable {
    let context: ReleaseContext

    package init(_ context: ReleaseContext) { self.context = context }

    private enum Pass: Sendable {
        case done(ReleaseOutcome)
        /// A person has to be asked, which is not done while holding the lock.
        case asks(ReleasePlan)
    }

    /// - Throws: `SlipwayError`: `.waiting` (lock, approval, a decision), `.invalidInput`, `.external`,
    ///   `.rollbackFailed`.
    package func release(_ request: ReleaseRequest) async throws -> ReleaseOutcome {
        try await NamespacePreparation(context: context).ensure()
        var approval: ReleaseApproval? = if case .given(let given) = request.approval { given } else { nil }
        for _ in 0..<3 {
            let current = approval
            switch try await context.lock.hold(wait: request.wait, { try await pass(request, approval: current) }) {
            case .done(let outcome): return outcome
            case .asks(let plan):
                if approval != nil {
                    context.reporter.report(.warning("The plan changed while waiting: the approval is void."))
                }
                guard case .ask(let ask) = request.approval, let answer = try await ask(plan) else {
                    throw Self.notApproved(context.environment)
                }
                approval = answer
            }
        }
        throw SlipwayError(
            .waiting,
            "The plan for \(context.environment.name) keeps changing while it waits for approval",
            next: "Find out who changes it: slipway deploy --env \(context.environment.name) --status"
        )
    }

    private func pass(_ request: ReleaseRequest, approval: ReleaseApproval?) async throws -> Pass {
        let entries = try await context.ledger.entries()
        if let unfinished = entries.first(where: { !$0.record.state.isFinished }) {
            let recovery = ReleaseRecovery(context: context, entry: unfinished)
            if let outcome = try await recovery.recover(for: request, approval: approval) { return .done(outcome) }
        }
        if let last = entries.first?.record, last.state == .rollbackFailed {
            context.reporter.report(
                .warning("Release \(last.number) failed and could not be undone. Try that again with --rollback.")
            )
        }
        context.reporter.report(.step("Planning"))
        let plan = try await makePlan(request)
        let health = try await DeploymentHealth.read(context)
        if plan.changed.isEmpty, health.isHealthy, let last = entries.first?.record, last.state == .verified,
            last.plan == plan.fingerprint
        {
            return .done(ReleaseOutcome(result: .alreadyVerified, record: last))
        }
        context.reporter.report(.plan(plan.writes))
        try await Preflight(context: context, plan: plan, request: request, health: health).check()
        let approvals = ApprovalDesk(environment: context.environment, clock: context.clock)
        var granted: ReleaseApproval?
        if request.kind == .release {
            switch try approvals.decide(approval, plan: plan, canAsk: request.canAsk) {
            case .notNeeded: break
            case .granted(let approval): granted = approval
            case .ask: return .asks(plan)
            }
        }
        let entry = try await begin(request, plan: plan, health: health, approval: granted, after: entries)
        let manifests = request.replacement == nil ? ApplyOrder.sorted(request.objects).map(\.json) : nil
        var run = ReleaseRun(
            context: context,
            entry: entry,
            payload: ReleasePayload(writes: plan.writes, manifests: manifests)
        )
        return .done(try await run.start())
    }

    /// Undoes a release that is not finished; nil where there is none.
    package func undoUnfinished(wait: TimeInterval, why: String) async throws -> ReleaseOutcome? {
        try await context.lock.hold(wait: wait) {
            let entries = try await context.ledger.entries()
            guard let last = entries.first, !last.record.state.isFinished || last.record.state == .rollbackFailed else {
                return nil
            }
            return try await ReleaseRecovery(context: context, entry: last).undo(why)
        }
    }

    /// What a release would do, for `--dry-run`: nothing is locked, recorded or changed.
    package func plan(_ request: ReleaseRequest) async throws -> ReleasePlan { try await makePlan(request) }

    private func makePlan(_ request: ReleaseRequest) async throws -> ReleasePlan {
        try await StrategyPlanner(context: context).plan(request)
    }

    private func begin(
        _ request: ReleaseRequest,
        plan: ReleasePlan,
        health: DeploymentHealth,
        approval: ReleaseApproval?,
        after entries: [ReleaseLedger.Entry]
    ) async throws -> ReleaseLedger.Entry {
        let now = context.clock.date()
        var record = ReleaseRecord(
            number: (entries.first?.record.number ?? 0) + 1,
            id: Identifier.make(at: now),
            kind: request.kind,
            environment: context.environment.name,
            namespace: context.environment.namespace,
            deployment: context.environment.deployment.text,
            image: request.image,
            previousImage: health.deployment.flatMap {
                DeploymentView($0).template.container(named: context.environment.container.text)?.image
            },
            healthyBefore: health.isHealthy,
            target: request.target,
            author: context.author,
            startedAt: now,
            plan: plan.fingerprint,
            approval: approval,
            verification: request.verification,
            watchRule: request.watch,
            strategy: plan.strategy,
            notes: request.notes
        )
        record.transitions = [ReleaseRecord.Transition(state: .prepared, at: now, detail: nil)]
        let entry = try await context.ledger.begin(record)
        await context.journal.note(entry.record)
        context.reporter.report(.state(entry.record))
        return entry
    }

    static func notApproved(_ environment: EnvironmentSettings) -> SlipwayError {
        SlipwayError(
            .waiting,
            "The release to \(environment.name) was not approved; nothing was changed",
            next: "Run the same command again when it may go."
        )
    }
}

extension ReleaseRequest {
    var canAsk: Bool { if case .ask = approval { true } else { false } }
}
