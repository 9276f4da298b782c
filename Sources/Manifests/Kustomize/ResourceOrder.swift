import Kubernetes

/// The order in which kubectl prints what it renders: what others need first comes first.
enum ResourceOrder {
    private static let first = [
        "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount",
        "PodSecurityPolicy", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret",
        "Endpoints", "Service", "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim",
        "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget",
    ]
    private static let last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]

    package static func sorted(_ objects: [KubernetesObject]) -> [KubernetesObject] {
        objects.sorted { key($0) < key($1) }
    }

    private static func key(_ object: KubernetesObject) -> (Int, String, String) {
        let rank = first.firstIndex(of: object.kind) ?? last.firstIndex(of: object.kind).map { 1000 + $0 } ?? 500
        // An absent part sorts behind all others.
        func part(_ text: String?, _ absent: String) -> String { text.flatMap { $0.isEmpty ? nil : $0 } ?? absent }
        let type = "\(part(object.group, "~G"))_\(object.version)_\(object.kind)"
        return (rank, type, "\(part(object.namespace, "~X"))|\(part(object.name, "~N"))")
    }
}
