import Core
import Images
import Kubernetes

/// All writes of a release, in order, as a dry run on the server predicts them.
package struct ReleasePlan: Sendable {
    /// Unchanged objects too, for showing.
    package var writes: [PlannedWrite]
    package var strategy: StrategyPlan

    package var changed: [PlannedWrite] { writes.filter { $0.action != .unchanged } }

    /// For `--dry-run --json`.
    package var json: JSON {
        [
            "plan": .string(changeFingerprint), "strategy": .string(strategy.strategy.name),
            "writes": .array(
                writes.map { write in
                    [
                        "kind": .string(write.reference.kind), "name": .string(write.reference.name),
                        "action": .string(write.action.rawValue), "changes": .array(write.changes.map(JSON.string)),
                    ]
                }
            ),
        ]
    }

    /// Whether the Deployment's pods become others.
    func changesPods(of deployment: String) -> Bool {
        changed.first { $0.isDeployment(named: deployment) }?.changesPods ?? false
    }

    /// What is to be there in the end: two plans with one fingerprint ask for the same.
    package var fingerprint: String {
        let parts = writes.filter { $0.stage != .trial }.map {
            "\($0.reference.apiVersion)/\($0.reference) \($0.expected)"
        }
        return Digest.of(Array(parts.joined(separator: "\n").utf8)).description
    }

    /// What changes and how: an approval is for this.
    package var changeFingerprint: String {
        let parts = changed.map { "\($0.reference) \($0.fingerprintBefore ?? "absent") \($0.expected)" }
        return Digest.of(Array(parts.joined(separator: "\n").utf8)).description
    }
}
