import Core
import Foundation
import Kubernetes

/// Finds what `--rollback` goes back to.
package struct RollbackFinder: Sendable {
    let context: ReleaseContext

    package init(_ context: ReleaseContext) { self.context = context }

    private var environment: EnvironmentSettings { context.environment }

    /// The release that goes back: to a target, or (nil) to the last verified release before the one that runs.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where there is nothing to go back to.
    package func request(to target: RollbackTarget?, wait: TimeInterval) async throws -> ReleaseRequest {
        guard let live = try await DeploymentHealth.read(context).deployment else {
            throw SlipwayError(
                .invalidInput,
                "There is no Deployment \(environment.deployment.text) in \(environment.name) to roll back"
            )
        }
        let entries = try await context.ledger.entries()
        let verified = entries.filter { $0.record.state == .verified }
        var request: ReleaseRequest
        switch target {
        case .revision(let revision):
            request = try await self.request(toRevision: revision, live: live, verified: verified)
        case .release(let number):
            request = try await self.request(to: try named("release \(number)", entries) { $0.number == number })
        case .id(let id):
            request = try await self.request(to: try named("release \(id)", entries) { $0.id.hasPrefix(id) })
        case nil:
            guard let target = before(live, verified) else { throw nothingToGoBackTo(verified) }
            request = try await self.request(to: target)
        }
        request.wait = wait
        return request
    }

    /// A release that somebody named: it must be one that was verified.
    private func named(
        _ name: String,
        _ entries: [ReleaseLedger.Entry],
        _ matches: (ReleaseRecord) -> Bool
    ) throws -> ReleaseLedger.Entry {
        guard let entry = entries.first(where: { matches($0.record) }) else {
            throw SlipwayError(
                .invalidInput,
                "\(environment.name) remembers no \(name)",
                next: "See which there were: slipway history \(environment.name)"
            )
        }
        guard entry.record.state == .verified else {
            throw SlipwayError(
                .invalidInput,
                "\(name) of \(environment.name) was never verified: it is \(entry.record.state.rawValue)",
                why: entry.record.failure?.message,
                next: "Choose a verified one: slipway history \(environment.name)"
            )
        }
        return entry
    }

    /// The newest verified release that is not what runs now.
    private func before(_ live: KubernetesObject, _ verified: [ReleaseLedger.Entry]) -> ReleaseLedger.Entry? {
        let number = live.annotations[DeliveryName.release].flatMap { Int($0) }
        // A rollback is a release too: what it went back to is what runs.
        guard let current = verified.first(where: { $0.record.number == number })?.record else { return verified.first }
        let origin = current.target ?? current.number
        return verified.first { entry in
            entry.record.number < origin && entry.record.kind == .release && entry.record.plan != current.plan
        }
    }

    private func request(to target: ReleaseLedger.Entry) async throws -> ReleaseRequest {
        let payload = try await context.ledger.payload(of: target.record)
        var request = ReleaseRequest(
            image: target.record.image,
            objects: payload.requested,
            approval: .missing,
            verification: target.record.verification,
            watch: nil
        )
        request.kind = .rollback
        request.target = target.record.number
        // Going back is decided; fields that others set since are part of what is left behind.
        request.takeOver = true
        request.replacement = payload.writes.first { $0.mode == .replace }?.desiredObject
        return request
    }

    private func request(
        toRevision revision: Int,
        live: KubernetesObject,
        verified: [ReleaseLedger.Entry]
    ) async throws -> ReleaseRequest {
        let sets = try await context.cluster.list(
            .replicaSet,
            namespace: environment.namespace,
            labels: .everything
        ).items.map(ReplicaSetView.init).filter { $0.isControlled(by: live) }
        guard let set = sets.first(where: { $0.revision == revision }) else {
            // Going back gives an old ReplicaSet a new number; the records still know the one it had.
            if let target = verified.first(where: { $0.record.rollout?.revision == revision }) {
                return try await request(to: target)
            }
            let there = sets.map(\.revision).filter { $0 > 0 }.sorted().map(String.init)
            throw SlipwayError(
                .invalidInput,
                "There is no revision \(revision) of \(environment.deployment.text) in \(environment.name)",
                why: "the cluster keeps revisions \(there.joined(separator: ", "))",
                next: "See what each was: slipway history \(environment.name)"
            )
        }
        // Newest first: the last release that ran this pod template.
        if let target = verified.first(where: { $0.record.rollout?.podTemplateHash == set.podTemplateHash }) {
            return try await request(to: target)
        }
        return templateOnly(set, live: live, revision: revision)
    }

    /// A revision that Slipway has not verified: its pod template alone, as `kubectl rollout undo` does.
    private func templateOnly(_ set: ReplicaSetView, live: KubernetesObject, revision: Int) -> ReleaseRequest {
        var deployment = live
        var template = set.object["spec", "template"] ?? .object([:])
        template[path: "metadata", "labels", LabelName.podTemplateHash] = nil
        deployment["spec", "template"] = template
        deployment.status = nil
        let name = set.template.container(named: environment.container.text)?.image ?? ""
        let digest = name.contains("@") ? String(name.split(separator: "@").last ?? "") : name
        var request = ReleaseRequest(
            image: ReleaseImage(reference: name, digest: digest),
            objects: [],
            approval: .missing,
            verification: environment.verification,
            watch: nil
        )
        request.kind = .rollback
        request.replacement = deployment
        request.notes = ["revision \(revision) was never verified by Slipway: only its pod template is restored"]
        return request
    }

    private func nothingToGoBackTo(_ verified: [ReleaseLedger.Entry]) -> SlipwayError {
        SlipwayError(
            .invalidInput,
            "There is no earlier verified release of \(environment.name) to go back to",
            why: verified.isEmpty ? "none was ever verified" : "release \(verified[0].record.number) is the only one",
            next: "Name a revision of the Deployment with --to: slipway history \(environment.name)"
        )
    }
}
