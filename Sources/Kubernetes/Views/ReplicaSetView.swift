import Core

/// What a rollout needs of a ReplicaSet.
package struct ReplicaSetView: Sendable, Hashable {
    package let object: KubernetesObject

    package init(_ object: KubernetesObject) { self.object = object }

    package var name: String { object.name }
    package var namespace: String { object.namespace ?? "" }
    package var uid: String { object.uid ?? "" }
    package var replicas: Int { object["spec", "replicas"]?.int ?? 1 }
    package var selector: LabelSelector? { object["spec", "selector"].flatMap { try? LabelSelector(object: $0) } }
    package var template: PodTemplateView { PodTemplateView(object["spec", "template"] ?? .object([:])) }
    package var revision: Int { object.annotations[AnnotationName.revision].flatMap { Int($0) } ?? 0 }
    package var changeCause: String? { object.annotations[AnnotationName.changeCause] }
    package var podTemplateHash: String? { object.labels[LabelName.podTemplateHash] }
    /// Sets whose pods became available count as available after this many seconds.
    package var minReadySeconds: Int { object["spec", "minReadySeconds"]?.int ?? 0 }

    package var observedGeneration: Int { object["status", "observedGeneration"]?.int ?? 0 }
    package var currentReplicas: Int { object["status", "replicas"]?.int ?? 0 }
    package var readyReplicas: Int { object["status", "readyReplicas"]?.int ?? 0 }
    package var availableReplicas: Int { object["status", "availableReplicas"]?.int ?? 0 }
    package var fullyLabeledReplicas: Int { object["status", "fullyLabeledReplicas"]?.int ?? 0 }
    package var replicaFailure: ConditionView? { object.condition("ReplicaFailure") }

    /// Whether this set belongs to the Deployment, by its owner's UID and not merely by labels.
    package func isControlled(by owner: KubernetesObject) -> Bool {
        owner.uid != nil && object.controller?.uid == owner.uid
    }
}
