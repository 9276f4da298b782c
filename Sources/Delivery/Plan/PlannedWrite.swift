import Core
import Kubernetes

/// One object of a release: what it is to become, and what it was.
package struct PlannedWrite: Sendable, Hashable, Codable {
    package enum Action: String, Sendable, Hashable, Codable {
        case create, update, unchanged
    }

    package enum Mode: String, Sendable, Hashable, Codable {
        /// Server-side apply of the manifest: fields it does not name stay as they are.
        case apply
        /// The whole object as it is here: for going back to a recorded one.
        case replace
    }

    package enum Stage: String, Sendable, Hashable, Codable {
        /// The second Deployment of a canary: written first, and gone when the release is over.
        case trial
        /// What moves the traffic: written only when the new pods were found good.
        case shift
    }

    package var reference: ObjectReference
    package var action: Action
    /// nil: written at the start, to stay.
    package var stage: Stage?
    package var mode = Mode.apply
    /// The manifest (or the whole object), without the release's own stamps.
    package var desired: JSON
    /// The object before the release, as the server gave it; nil: it was not there.
    package var before: JSON?
    /// Fingerprint of the intent that a dry run says the write leads to.
    package var expected: String
    /// Whether `spec.replicas` belongs to an autoscaler.
    package var ignoresReplicas = false
    /// Whether fields of other managers are taken over, because the user said so.
    package var takesOver = false
    /// Of a Deployment: whether its pods become others.
    package var changesPods: Bool?
    /// The object as it is kept between the release's start and its stage: a Service narrowed to the old pods.
    package var interim: JSON?
    /// What changes, a line each; for people.
    package var changes: [String] = []

    /// The state before, as an object.
    package var beforeObject: KubernetesObject? { before.map(KubernetesObject.init) }
    package var desiredObject: KubernetesObject { KubernetesObject(desired) }

    /// Fingerprint of the object's intent meanwhile.
    package var interimFingerprint: String? {
        interim.map { ObjectIntent.fingerprint(of: KubernetesObject($0), replicas: !ignoresReplicas) }
    }

    package func isDeployment(named name: String) -> Bool {
        reference.kind == "Deployment" && reference.name == name
    }

    /// Fingerprint of the intent before; nil: it was not there.
    package var fingerprintBefore: String? {
        beforeObject.map { ObjectIntent.fingerprint(of: $0, replicas: !ignoresReplicas) }
    }
}

/// The order in which kinds are written: what others need comes first.
package enum ApplyOrder {
    private static let ranks = [
        "Namespace", "ResourceQuota", "LimitRange", "PriorityClass", "StorageClass", "CustomResourceDefinition",
        "ServiceAccount", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "Secret", "ConfigMap",
        "PersistentVolume", "PersistentVolumeClaim", "NetworkPolicy", "Service", "PodDisruptionBudget", "Job",
        "CronJob", "StatefulSet", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Ingress", "HTTPRoute",
    ]

    /// Sorted by what depends on what; equal ranks keep their order.
    package static func sorted(_ objects: [KubernetesObject]) -> [KubernetesObject] {
        objects.enumerated()
            .sorted { (rank($0.element.kind), $0.offset) < (rank($1.element.kind), $1.offset) }
            .map(\.element)
    }

    private static func rank(_ kind: String) -> Int { ranks.firstIndex(of: kind) ?? ranks.count }
}
