import Core

/// What a rollout needs of a Deployment, with the API's defaults for what is not set.
package struct DeploymentView: Sendable, Hashable {
    package let object: KubernetesObject

    package init(_ object: KubernetesObject) { self.object = object }

    package var name: String { object.name }
    package var namespace: String { object.namespace ?? "" }
    package var uid: String { object.uid ?? "" }
    package var generation: Int { object.generation }

    package var replicas: Int { object["spec", "replicas"]?.int ?? 1 }
    /// Nil where the selector is missing or unreadable: it then selects nothing.
    package var selector: LabelSelector? { object["spec", "selector"].flatMap { try? LabelSelector(object: $0) } }
    package var template: PodTemplateView { PodTemplateView(object["spec", "template"] ?? .object([:])) }
    package var isPaused: Bool { object["spec", "paused"]?.bool ?? false }
    /// Seconds a new pod must be ready before it counts as available.
    package var minReadySeconds: Int { object["spec", "minReadySeconds"]?.int ?? 0 }
    /// Seconds without progress after which the rollout counts as failed; nil means never.
    package var progressDeadlineSeconds: Int? {
        let seconds = object["spec", "progressDeadlineSeconds"]?.int ?? 600
        return seconds == Int(Int32.max) ? nil : seconds
    }
    package var revisionHistoryLimit: Int { object["spec", "revisionHistoryLimit"]?.int ?? 10 }
    package var isRecreate: Bool { object["spec", "strategy", "type"]?.string == "Recreate" }

    /// Pods above `replicas` during a rollout.
    package var maxSurge: Int { bounds.surge }
    /// Pods below `replicas` during a rollout.
    package var maxUnavailable: Int { bounds.unavailable }

    private var bounds: (surge: Int, unavailable: Int) {
        guard !isRecreate else { return (0, 0) }
        let update = object["spec", "strategy", "rollingUpdate"]
        let surge = (IntOrPercent(update?["maxSurge"]) ?? .percent(25)).resolved(of: replicas, rounding: .up)
        let unavailable = (IntOrPercent(update?["maxUnavailable"]) ?? .percent(25))
            .resolved(of: replicas, rounding: .down)
        // Percentages may both round to 0; a rollout could then never move (ResolveFenceposts).
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, min(unavailable, replicas))
    }

    /// The numbered pod template (`deployment.kubernetes.io/revision`); 0 before the controller has seen it.
    package var revision: Int { object.annotations[AnnotationName.revision].flatMap { Int($0) } ?? 0 }

    package var observedGeneration: Int { status("observedGeneration") }
    /// All pods, old and new.
    package var currentReplicas: Int { status("replicas") }
    package var updatedReplicas: Int { status("updatedReplicas") }
    package var readyReplicas: Int { status("readyReplicas") }
    package var availableReplicas: Int { status("availableReplicas") }
    package var unavailableReplicas: Int { status("unavailableReplicas") }

    package var progressing: ConditionView? { object.condition("Progressing") }
    package var available: ConditionView? { object.condition("Available") }
    package var replicaFailure: ConditionView? { object.condition("ReplicaFailure") }

    private func status(_ field: String) -> Int { object["status", field]?.int ?? 0 }
}
