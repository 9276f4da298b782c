import Core
import Foundation
import Journal
import Workflows

/// The way of a job into its environment: may its ref deploy there, has its time come, does a person agree.
struct EnvironmentGate: Sendable {
    let run: RunContext
    let options: WorkflowExecution.Options
    let stop: StopSignal

    /// What a job gets on the way.
    struct Entry: Sendable {
        var rules = EnvironmentRules()
        /// JSON for `SLIPWAY_APPROVAL`; nil where no person was asked.
        var approval: String?
    }

    enum Answer: Sendable {
        case entered(Entry)
        /// The job fails, with this message.
        case refused(String)
        /// The job was stopped while it waited.
        case stopped
        /// Nobody can be asked now.
        case waiting
    }

    func enter(_ environment: String, _ record: JobRecord) async throws -> Answer {
        let rules = try await options.policy.rules(for: environment)
        if let refusal = rules.refusal(of: run.event, environment: environment) { return .refused(refusal) }
        var entry = Entry(rules: rules)
        if rules.needsApproval {
            let request = ApprovalRequest(environment: environment, job: record.name, run: run.record)
            guard let decision = try await options.approver.decide(request) else { return .waiting }
            entry.approval = try await remember(decision, environment, record)
            guard decision.isApproved else { return .refused("\(decision.by) rejected the job for \(environment)") }
        }
        if rules.waitTimer > .zero, await !waited(rules.waitTimer, environment, record) { return .stopped }
        run.masker.add(rules.secrets.values)
        return .entered(entry)
    }

    /// Writes a decision to the journal.
    ///
    /// - Returns: what the steps read in `SLIPWAY_APPROVAL`.
    private func remember(_ decision: ApprovalDecision, _ environment: String, _ record: JobRecord) async throws
        -> String
    {
        let now = Date()
        try await run.journal.add(
            ApprovalRecord(
                runId: run.record.id,
                jobKey: record.key,
                environment: environment,
                decision: decision.isApproved ? .approved : .rejected,
                decidedBy: decision.by,
                decidedAt: now,
                how: decision.how
            )
        )
        let verb = decision.isApproved ? "approved" : "rejected"
        run.observer.observe(.notice("\(record.name): \(verb) for \(environment) by \(decision.by) (\(decision.how))"))
        let json: JSON = [
            "environment": .string(environment), "by": .string(decision.by),
            "at": .string(now.formatted(.iso8601)), "via": .string("run \(run.record.id)"),
        ]
        return json.text()
    }

    /// Whether the wait went by undisturbed.
    private func waited(_ time: Duration, _ environment: String, _ record: JobRecord) async -> Bool {
        let until = Date(timeIntervalSinceNow: time / .seconds(1)).formatted(.iso8601)
        run.observer.observe(.notice("\(record.name): waits until \(until) before it deploys to \(environment)"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stop.wait() }
            group.addTask { try? await Task.sleep(for: time) }
            await group.next()
            group.cancelAll()
        }
        return !stop.isStopped
    }
}

extension EnvironmentRules {
    /// The secrets of the repository with the environment's own in front.
    func adding(to repository: ExpressionValue) -> ExpressionValue {
        Self.merged(secrets.mapValues { $0.reveal() }, over: repository)
    }

    /// The variables of the repository with the environment's own in front.
    func addingVariables(to repository: ExpressionValue) -> ExpressionValue {
        Self.merged(variables, over: repository)
    }

    /// Of two members of a name the first counts.
    private static func merged(_ own: [String: String], over other: ExpressionValue) -> ExpressionValue {
        guard case .object(let object) = other, !own.isEmpty else { return other }
        let first = own.sorted { $0.key < $1.key }.map { ($0.key, ExpressionValue.string($0.value)) }
        return .object(first + object.entries.map { ($0.key, $0.value) })
    }
}
