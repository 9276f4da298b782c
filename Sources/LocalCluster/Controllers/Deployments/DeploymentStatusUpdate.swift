import Core
import Foundation
import Kubernetes

/// What the ReplicaSets of a Deployment add up to.
struct DeploymentCompletion {
    let replicas: Int
    let updated: Int
    let ready: Int
    let available: Int
    let isComplete: Bool

    init(_ deployment: DeploymentView, _ sets: DeploymentReplicaSets) {
        let views = sets.all.map(ReplicaSetView.init)
        replicas = views.reduce(0) { $0 + $1.currentReplicas }
        updated = sets.new.map { ReplicaSetView($0).currentReplicas } ?? 0
        ready = views.reduce(0) { $0 + $1.readyReplicas }
        available = views.reduce(0) { $0 + $1.availableReplicas }
        isComplete =
            updated == deployment.replicas && replicas == deployment.replicas && available == deployment.replicas
    }
}

/// Writes a Deployment's status: counts, and the conditions `Available`, `Progressing` and `ReplicaFailure`.
///
/// The rules are those of `pkg/controller/deployment/progress.go`.
struct DeploymentStatusUpdate {
    let store: ObjectStore
    let now: Date

    /// - Returns: when the progress deadline has to be looked at again.
    func write(_ object: KubernetesObject, sets: DeploymentReplicaSets) async throws -> Duration? {
        let deployment = DeploymentView(object)
        let counts = DeploymentCompletion(deployment, sets)
        var changed = object
        changed["status", "observedGeneration"] = .int(Int64(object.generation))
        set(&changed, "replicas", counts.replicas)
        set(&changed, "updatedReplicas", counts.updated)
        set(&changed, "readyReplicas", counts.ready)
        set(&changed, "availableReplicas", counts.available)
        let total = sets.all.reduce(0) { $0 + ReplicaSetView($1).replicas }
        set(&changed, "unavailableReplicas", max(0, total - counts.available))

        setAvailable(&changed, deployment, counts)
        setProgressing(&changed, deployment, counts, sets)
        setReplicaFailure(&changed, sets)
        if changed != object { changed = try await store.updateStatus(changed) }
        return timeToDeadline(DeploymentView(changed))
    }

    /// Counts of zero are left out, as the API's `omitempty` does.
    private func set(_ object: inout KubernetesObject, _ field: String, _ value: Int) {
        object["status", field] = value == 0 ? nil : .int(Int64(value))
    }

    private func setAvailable(
        _ object: inout KubernetesObject,
        _ deployment: DeploymentView,
        _ counts: DeploymentCompletion
    ) {
        let isAvailable = counts.available >= deployment.replicas - deployment.maxUnavailable
        Conditions.set(
            &object,
            type: "Available",
            status: isAvailable,
            reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            message: isAvailable
                ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
            at: now
        )
    }

    private func setProgressing(
        _ object: inout KubernetesObject,
        _ before: DeploymentView,
        _ counts: DeploymentCompletion,
        _ sets: DeploymentReplicaSets
    ) {
        guard let deadline = before.progressDeadlineSeconds, !before.isPaused else { return }
        let current = before.progressing
        let wasComplete = counts.replicas == counts.updated && current?.reason == "NewReplicaSetAvailable"
        guard !wasComplete else { return }
        let subject = sets.new.map { "ReplicaSet \"\($0.name)\"" } ?? "Deployment \"\(before.name)\""
        if counts.isComplete {
            Conditions.set(
                &object,
                type: "Progressing",
                status: true,
                reason: "NewReplicaSetAvailable",
                message: "\(subject) has successfully progressed.",
                at: now
            )
        } else if hasProgressed(before, counts) {
            Conditions.set(
                &object,
                type: "Progressing",
                status: true,
                reason: "ReplicaSetUpdated",
                message: "\(subject) is progressing.",
                at: now,
                touching: true
            )
        } else if let current, current.reason != "NewReplicaSetAvailable",
            let last = current.lastUpdateTime, now.timeIntervalSince(last) > Double(deadline)
        {
            Conditions.set(
                &object,
                type: "Progressing",
                status: false,
                reason: "ProgressDeadlineExceeded",
                message: "\(subject) has timed out progressing.",
                at: now
            )
        }
    }

    private func hasProgressed(_ before: DeploymentView, _ counts: DeploymentCompletion) -> Bool {
        counts.updated > before.updatedReplicas
            || counts.replicas - counts.updated < before.currentReplicas - before.updatedReplicas
            || counts.ready > before.readyReplicas
            || counts.available > before.availableReplicas
    }

    /// A ReplicaSet that may not create pods says so in a condition of its own; the new one's counts first.
    private func setReplicaFailure(_ object: inout KubernetesObject, _ sets: DeploymentReplicaSets) {
        let candidates = (sets.new.map { [$0] } ?? []) + sets.old
        let failure = candidates.lazy.compactMap { ReplicaSetView($0).replicaFailure }.first(where: \.isTrue)
        if let failure {
            Conditions.set(
                &object,
                type: "ReplicaFailure",
                status: true,
                reason: failure.reason,
                message: failure.message,
                at: now
            )
        } else {
            Conditions.remove(&object, type: "ReplicaFailure")
        }
    }

    private func timeToDeadline(_ deployment: DeploymentView) -> Duration? {
        guard let deadline = deployment.progressDeadlineSeconds, let condition = deployment.progressing,
            condition.isTrue, condition.reason != "NewReplicaSetAvailable", let last = condition.lastUpdateTime
        else { return nil }
        let left = last.addingTimeInterval(Double(deadline)).timeIntervalSince(now)
        // Times have whole seconds: one more, so that the deadline has passed for certain.
        return .seconds(max(0, left) + 1)
    }
}
