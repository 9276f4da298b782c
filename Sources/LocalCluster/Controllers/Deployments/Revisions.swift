import Core
import Foundation
import Kubernetes

/// Finds or makes the ReplicaSet of a Deployment's pod template, and numbers the revisions.
struct Revisions {
    let store: ObjectStore
    let component: String
    let now: Date

    /// Annotations that belong to one object and are not copied between a Deployment and its ReplicaSets.
    private static let ownAnnotations: Set<String> = [
        AnnotationName.lastAppliedConfiguration, AnnotationName.revision, AnnotationName.revisionHistory,
        AnnotationName.desiredReplicas, AnnotationName.maxReplicas, "deprecated.deployment.rollback.to",
    ]

    func findOrCreate(for deployment: KubernetesObject, in sets: inout DeploymentReplicaSets) async throws {
        let revision = (sets.old.map { ReplicaSetView($0).revision }.max() ?? 0) + 1
        if let existing = sets.new {
            let numbered = annotated(existing, like: deployment, revision: revision)
            if numbered != existing { sets.replace(try await store.update(numbered)) }
            if deployment.condition("Progressing") == nil {
                try await progress(deployment, "FoundNewReplicaSet", "Found new replica set \"\(existing.name)\"")
            }
        } else {
            let created = try await create(for: deployment, old: sets.old, revision: revision)
            sets.adopt(asNew: created)
            try await progress(deployment, "NewReplicaSetCreated", "Created new replica set \"\(created.name)\"")
            let replicas = ReplicaSetView(created).replicas
            if replicas > 0 {
                await store.recordEvent(
                    about: deployment,
                    reason: "ScalingReplicaSet",
                    message: "Scaled up replica set \(created.name) from 0 to \(replicas)",
                    source: EventSource(component)
                )
            }
        }
        let number = sets.new?.annotations[AnnotationName.revision]
        if let number, deployment.annotations[AnnotationName.revision] != number {
            guard var latest = try await latest(deployment) else { return }
            latest.annotations[AnnotationName.revision] = number
            _ = try await store.update(latest)
        }
    }

    private func create(
        for deployment: KubernetesObject,
        old: [KubernetesObject],
        revision: Int
    ) async throws -> KubernetesObject {
        let view = DeploymentView(deployment)
        let collisions = deployment["status", "collisionCount"]?.int ?? 0
        let hash = PodTemplateHash.text(of: deployment["spec", "template"] ?? .null, collisions: collisions)
        var template = deployment["spec", "template"] ?? .object([:])
        template[path: "metadata", "labels", LabelName.podTemplateHash] = .string(hash)
        var selector = deployment["spec", "selector"] ?? .object([:])
        selector[path: "matchLabels", LabelName.podTemplateHash] = .string(hash)

        let name = "\(deployment.name.prefix(253 - hash.count - 1))-\(hash)"
        var set = KubernetesObject(.replicaSet, namespace: deployment.namespace, name: name)
        set.labels = view.template.labels.merging([LabelName.podTemplateHash: hash]) { _, new in new }
        set.ownerReferences = [OwnerReference(controller: deployment)]
        set = annotated(set, like: deployment, revision: revision)
        set.annotations[AnnotationName.desiredReplicas] = String(view.replicas)
        set.annotations[AnnotationName.maxReplicas] = String(view.replicas + view.maxSurge)
        set["spec", "selector"] = selector
        set["spec", "template"] = template
        if view.minReadySeconds > 0 { set["spec", "minReadySeconds"] = .int(Int64(view.minReadySeconds)) }
        set["spec", "replicas"] = .int(Int64(firstReplicas(view, old)))
        do {
            return try await store.create(set)
        } catch let error as KubernetesStatusError where error.reason == .alreadyExists {
            // Another template with the same hash: count the collision, and the next pass makes another name.
            if var latest = try await latest(deployment) {
                latest["status", "collisionCount"] = .int(Int64(collisions + 1))
                _ = try await store.updateStatus(latest)
            }
            throw error
        }
    }

    private func firstReplicas(_ deployment: DeploymentView, _ old: [KubernetesObject]) -> Int {
        if deployment.isRecreate { return 0 }
        let none = RollingUpdate.Replicas(wanted: 0, available: 0)
        return RollingUpdate(deployment).newReplicas(new: none, old: old.map(RollingUpdate.Replicas.init))
    }

    /// The ReplicaSet with the Deployment's annotations (the change cause among them) and at least this revision.
    private func annotated(_ set: KubernetesObject, like deployment: KubernetesObject, revision: Int)
        -> KubernetesObject
    {
        var set = set
        for (key, value) in deployment.annotations where !Self.ownAnnotations.contains(key) {
            set.annotations[key] = value
        }
        let current = ReplicaSetView(set).revision
        if current < revision {
            if current > 0 {
                let history = set.annotations[AnnotationName.revisionHistory]
                set.annotations[AnnotationName.revisionHistory] = (history.map { "\($0)," } ?? "") + String(current)
            }
            set.annotations[AnnotationName.revision] = String(revision)
        }
        return set
    }

    private func progress(_ deployment: KubernetesObject, _ reason: String, _ message: String) async throws {
        guard var latest = try await latest(deployment) else { return }
        Conditions.set(&latest, type: "Progressing", status: true, reason: reason, message: message, at: now)
        _ = try await store.updateStatus(latest)
    }

    private func latest(_ deployment: KubernetesObject) async throws -> KubernetesObject? {
        await store.get(.deployment, namespace: deployment.namespace, name: deployment.name)
    }
}
