import Core
import Foundation
import Kubernetes

/// Rolls Deployments out: one ReplicaSet a revision, moved by the rules of `RollingUpdate`, with Kubernetes' conditions.
struct DeploymentController: Controller {
    let name = "deployment-controller"
    let store: ObjectStore
    var now: @Sendable () -> Date = { Date() }

    var watched: [WatchedResource] {
        [.itself(.deployment), .owned(.replicaSet, by: .deployment)]
    }

    func reconcile(_ key: ReconcileKey) async throws -> Duration? {
        guard let object = await store.get(.deployment, namespace: key.namespace, name: key.name) else {
            return nil
        }
        var sets = try await replicaSets(of: object)
        if object.isBeingDeleted {
            return try await DeploymentStatusUpdate(store: store, now: now()).write(object, sets: sets)
        }
        let deployment = DeploymentView(object)
        if deployment.isPaused || isScaling(deployment, sets) {
            try await scale(deployment, &sets)
        } else {
            try await Revisions(store: store, component: name, now: now()).findOrCreate(for: object, in: &sets)
            if deployment.isRecreate {
                try await recreate(deployment, &sets)
            } else {
                try await roll(deployment, &sets)
            }
            try await removeOldRevisions(deployment, &sets)
        }
        // The newest state counts: the pass itself may have changed annotations.
        let latest = await store.get(.deployment, namespace: key.namespace, name: key.name) ?? object
        return try await DeploymentStatusUpdate(store: store, now: now()).write(latest, sets: sets)
    }

    private func replicaSets(of deployment: KubernetesObject) async throws -> DeploymentReplicaSets {
        let all = await store.list(.replicaSet, namespace: deployment.namespace).items
        let own = all.filter { $0.controller?.uid == deployment.uid && deployment.uid != nil }
        return DeploymentReplicaSets(own.filter { !$0.isBeingDeleted }, of: deployment)
    }

    /// Whether `spec.replicas` changed since the ReplicaSets were sized: then sizes change before the rollout goes on.
    private func isScaling(_ deployment: DeploymentView, _ sets: DeploymentReplicaSets) -> Bool {
        sets.all.contains { set in
            let view = ReplicaSetView(set)
            guard view.replicas > 0, let sized = set.annotations[AnnotationName.desiredReplicas] else { return false }
            return Int(sized) != deployment.replicas
        }
    }

    private func scale(_ deployment: DeploymentView, _ sets: inout DeploymentReplicaSets) async throws {
        let active = sets.all.filter { ReplicaSetView($0).replicas > 0 }
        if active.count <= 1 {
            guard let only = active.first ?? sets.new else { return }
            try await resize(only, to: deployment.replicas, deployment, &sets)
            return
        }
        guard !deployment.isRecreate else { return }
        // Once the new revision is complete, whatever is left of old ones is surplus.
        if let new = sets.new, ReplicaSetView(new).availableReplicas == deployment.replicas,
            ReplicaSetView(new).replicas == deployment.replicas
        {
            for set in active where set.uid != new.uid { try await resize(set, to: 0, deployment, &sets) }
            return
        }
        let sizes = RollingUpdate(deployment).proportions(of: active.map { ReplicaSetView($0).replicas })
        for (set, size) in zip(active, sizes) { try await resize(set, to: size, deployment, &sets) }
    }

    private func roll(_ deployment: DeploymentView, _ sets: inout DeploymentReplicaSets) async throws {
        guard let new = sets.new else { return }
        let update = RollingUpdate(deployment)
        let wanted = update.newReplicas(new: .init(new), old: sets.old.map(RollingUpdate.Replicas.init))
        try await resize(new, to: wanted, deployment, &sets)
        guard let resized = sets.new else { return }
        let old = sets.old
        let sizes = update.oldReplicas(new: .init(resized), old: old.map(RollingUpdate.Replicas.init))
        for (set, size) in zip(old, sizes) { try await resize(set, to: size, deployment, &sets) }
    }

    /// The `Recreate` strategy: all old pods are gone before the first new one is made.
    private func recreate(_ deployment: DeploymentView, _ sets: inout DeploymentReplicaSets) async throws {
        let old = sets.old
        for set in old { try await resize(set, to: 0, deployment, &sets) }
        for set in old where ReplicaSetView(set).replicas > 0 || ReplicaSetView(set).currentReplicas > 0 { return }
        let oldUIDs = Set(old.compactMap(\.uid))
        let pods = await store.list(.pod, namespace: deployment.namespace).items
        let isRunning = pods.contains { pod in
            oldUIDs.contains(pod.controller?.uid ?? "") && !PodView(pod).isFinished
        }
        guard !isRunning, let new = sets.new else { return }
        try await resize(new, to: deployment.replicas, deployment, &sets)
    }

    private func resize(
        _ set: KubernetesObject,
        to replicas: Int,
        _ deployment: DeploymentView,
        _ sets: inout DeploymentReplicaSets
    ) async throws {
        let before = ReplicaSetView(set).replicas
        var changed = set
        changed.annotations[AnnotationName.desiredReplicas] = String(deployment.replicas)
        changed.annotations[AnnotationName.maxReplicas] = String(deployment.replicas + deployment.maxSurge)
        changed["spec", "replicas"] = .int(Int64(replicas))
        guard changed != set else { return }
        sets.replace(try await store.update(changed))
        guard before != replicas else { return }
        let direction = replicas > before ? "up" : "down"
        await store.recordEvent(
            about: deployment.object,
            reason: "ScalingReplicaSet",
            message: "Scaled \(direction) replica set \(set.name) from \(before) to \(replicas)",
            source: EventSource(name)
        )
    }

    /// Deletes ReplicaSets without pods beyond `revisionHistoryLimit`, the oldest revisions first.
    private func removeOldRevisions(_ deployment: DeploymentView, _ sets: inout DeploymentReplicaSets) async throws {
        guard DeploymentCompletion(deployment, sets).isComplete else { return }
        let removable = sets.old.filter { set in
            let view = ReplicaSetView(set)
            return view.replicas == 0 && view.currentReplicas == 0 && view.observedGeneration >= set.generation
        }
        let surplus = removable.count - deployment.revisionHistoryLimit
        guard surplus > 0 else { return }
        let oldestFirst = removable.sorted { ReplicaSetView($0).revision < ReplicaSetView($1).revision }
        for set in oldestFirst.prefix(surplus) {
            _ = try await store.delete(.replicaSet, namespace: set.namespace, name: set.name)
            sets.remove(set)
        }
    }
}

extension RollingUpdate {
    init(_ deployment: DeploymentView) {
        self.init(
            replicas: deployment.replicas,
            maxSurge: deployment.maxSurge,
            maxUnavailable: deployment.maxUnavailable
        )
    }
}

extension RollingUpdate.Replicas {
    init(_ set: KubernetesObject) {
        let view = ReplicaSetView(set)
        self.init(wanted: view.replicas, available: view.availableReplicas)
    }
}
