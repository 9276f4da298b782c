/// Which fields name objects of which kind, so that a renamed object is still found.
enum NameReferences {
    struct Rule: Sendable {
        let group: String?
        let kind: String
        let fields: [FieldSpec]
    }

    private static let podSpecs: [(path: String, group: String?, kind: String)] = [
        ("spec", "", "Pod"), ("spec/template/spec", "", "ReplicationController"),
        ("spec/template/spec", "apps", "Deployment"), ("spec/template/spec", "apps", "ReplicaSet"),
        ("spec/template/spec", "apps", "DaemonSet"), ("spec/template/spec", "apps", "StatefulSet"),
        ("spec/template/spec", "batch", "Job"), ("spec/jobTemplate/spec/template/spec", "batch", "CronJob"),
    ]

    private static func inPods(_ paths: [String]) -> [FieldSpec] {
        podSpecs.flatMap { pod in
            paths.map { FieldSpec("\(pod.path)/\($0)", group: pod.group, kind: pod.kind) }
        }
    }

    private static func inContainers(_ paths: [String]) -> [FieldSpec] {
        inPods(["containers[]", "initContainers[]"].flatMap { list in paths.map { "\(list)/\($0)" } })
    }

    /// Rights on one object by name; kustomize does not look whether the rule is about that kind.
    private static let resourceNames = ["Role", "ClusterRole"].map {
        FieldSpec("rules[]/resourceNames[]", group: "rbac.authorization.k8s.io", kind: $0)
    }

    static let rules: [Rule] = [
        Rule(
            group: "",
            kind: "ConfigMap",
            fields: inPods(["volumes[]/configMap/name", "volumes[]/projected/sources[]/configMap/name"])
                + inContainers(["env[]/valueFrom/configMapKeyRef/name", "envFrom[]/configMapRef/name"]) + resourceNames
        ),
        Rule(
            group: "",
            kind: "Secret",
            fields: inPods([
                "volumes[]/secret/secretName", "volumes[]/projected/sources[]/secret/name", "imagePullSecrets[]/name",
            ]) + inContainers(["env[]/valueFrom/secretKeyRef/name", "envFrom[]/secretRef/name"]) + resourceNames + [
                FieldSpec("imagePullSecrets[]/name", kind: "ServiceAccount"),
                FieldSpec("spec/tls[]/secretName", kind: "Ingress"),
                FieldSpec("metadata/annotations/ingress.kubernetes.io\\/auth-secret", kind: "Ingress"),
                FieldSpec("metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret", kind: "Ingress"),
            ]
        ),
        Rule(group: "", kind: "ServiceAccount", fields: inPods(["serviceAccountName"])),
        Rule(
            group: "",
            kind: "PersistentVolumeClaim",
            fields: inPods(["volumes[]/persistentVolumeClaim/claimName"])
        ),
        Rule(
            group: "",
            kind: "Service",
            fields: [
                FieldSpec("spec/serviceName", group: "apps", kind: "StatefulSet"),
                FieldSpec("spec/rules[]/http/paths[]/backend/service/name", kind: "Ingress"),
                FieldSpec("spec/defaultBackend/service/name", kind: "Ingress"),
                FieldSpec("spec/service/name", group: "apiregistration.k8s.io", kind: "APIService"),
            ]
        ),
        Rule(
            group: "rbac.authorization.k8s.io",
            kind: "Role",
            fields: [FieldSpec("roleRef/name", group: "rbac.authorization.k8s.io", kind: "RoleBinding")]
        ),
        Rule(
            group: "rbac.authorization.k8s.io",
            kind: "ClusterRole",
            fields: ["RoleBinding", "ClusterRoleBinding"].map {
                FieldSpec("roleRef/name", group: "rbac.authorization.k8s.io", kind: $0)
            }
        ),
        Rule(
            group: "",
            kind: "PersistentVolume",
            fields: [FieldSpec("spec/volumeName", kind: "PersistentVolumeClaim")]
        ),
        Rule(
            group: "storage.k8s.io",
            kind: "StorageClass",
            fields: [
                FieldSpec("spec/storageClassName", kind: "PersistentVolume"),
                FieldSpec("spec/storageClassName", kind: "PersistentVolumeClaim"),
                FieldSpec("spec/volumeClaimTemplates[]/spec/storageClassName", kind: "StatefulSet"),
            ]
        ),
        Rule(group: "scheduling.k8s.io", kind: "PriorityClass", fields: inPods(["priorityClassName"])),
    ]

    /// The kinds that a HorizontalPodAutoscaler's `scaleTargetRef` may name.
    static let scalable: Set<String> = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"]
}
