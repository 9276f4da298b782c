import Core
import Images
import Kubernetes

/// All writes of a release, in order, as a dry run on the server predicts them.
package struct ReleasePlan: Sendable {
    /// Unchanged objects too, for showing.
    package let writes: [PlannedWrite]
    /// The image that the Deployment's container has now; nil: there is no Deployment.
    package let previousImage: String?

    package var changed: [PlannedWrite] { writes.filter { $0.action != .unchanged } }

    /// For `--dry-run --json`.
    package var json: JSON {
        [
            "plan": .string(changeFingerprint),
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

    /// What is to be there in the end: two plans with one fingerprint ask for the same.
    package var fingerprint: String {
        let parts = writes.map { "\($0.reference.apiVersion)/\($0.reference) \($0.expected)" }
        return Digest.of(Array(parts.joined(separator: "\n").utf8)).description
    }

    /// What changes and how: an approval is for this.
    package var changeFingerprint: String {
        let parts = changed.map { "\($0.reference) \($0.fingerprintBefore ?? "absent") \($0.expected)" }
        return Digest.of(Array(parts.joined(separator: "\n").utf8)).description
    }
}
