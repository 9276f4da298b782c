/// Annotations that controllers and tools agree on.
package enum AnnotationName {
    /// The number of a Deployment's pod template, on the Deployment and its ReplicaSets.
    package static let revision = "deployment.kubernetes.io/revision"
    package static let revisionHistory = "deployment.kubernetes.io/revision-history"
    package static let desiredReplicas = "deployment.kubernetes.io/desired-replicas"
    package static let maxReplicas = "deployment.kubernetes.io/max-replicas"
    /// Why a revision was made; `kubectl rollout history` shows it.
    package static let changeCause = "kubernetes.io/change-cause"
    package static let lastAppliedConfiguration = "kubectl.kubernetes.io/last-applied-configuration"
    /// Set by `kubectl rollout restart`.
    package static let restartedAt = "kubectl.kubernetes.io/restartedAt"
}

/// Labels that controllers and tools agree on.
package enum LabelName {
    /// Tells the pods of one revision from those of another.
    package static let podTemplateHash = "pod-template-hash"
    package static let serviceName = "kubernetes.io/service-name"
    package static let hostname = "kubernetes.io/hostname"
    package static let managedBy = "app.kubernetes.io/managed-by"
}
