extension ResourceType {
    package static let namespace = ResourceType(
        plural: "namespaces",
        kind: "Namespace",
        namespaced: false,
        shortNames: ["ns"]
    )
    package static let node = ResourceType(plural: "nodes", kind: "Node", namespaced: false, shortNames: ["no"])
    package static let pod = ResourceType(plural: "pods", kind: "Pod", shortNames: ["po"], categories: ["all"])
    package static let service = ResourceType(
        plural: "services",
        kind: "Service",
        shortNames: ["svc"],
        categories: ["all"]
    )
    package static let endpoints = ResourceType(plural: "endpoints", kind: "Endpoints", shortNames: ["ep"])
    package static let configMap = ResourceType(plural: "configmaps", kind: "ConfigMap", shortNames: ["cm"])
    package static let secret = ResourceType(plural: "secrets", kind: "Secret")
    package static let event = ResourceType(plural: "events", kind: "Event", shortNames: ["ev"])
    package static let serviceAccount = ResourceType(
        plural: "serviceaccounts",
        kind: "ServiceAccount",
        shortNames: ["sa"]
    )
    package static let resourceQuota = ResourceType(
        plural: "resourcequotas",
        kind: "ResourceQuota",
        shortNames: ["quota"]
    )
    package static let limitRange = ResourceType(plural: "limitranges", kind: "LimitRange", shortNames: ["limits"])
    package static let persistentVolume = ResourceType(
        plural: "persistentvolumes",
        kind: "PersistentVolume",
        namespaced: false,
        shortNames: ["pv"]
    )
    package static let persistentVolumeClaim = ResourceType(
        plural: "persistentvolumeclaims",
        kind: "PersistentVolumeClaim",
        shortNames: ["pvc"]
    )
    package static let replicationController = ResourceType(
        plural: "replicationcontrollers",
        kind: "ReplicationController",
        shortNames: ["rc"],
        categories: ["all"]
    )

    package static let deployment = apps("deployments", "Deployment", ["deploy"])
    package static let replicaSet = apps("replicasets", "ReplicaSet", ["rs"])
    package static let statefulSet = apps("statefulsets", "StatefulSet", ["sts"])
    package static let daemonSet = apps("daemonsets", "DaemonSet", ["ds"])

    package static let job = ResourceType(group: "batch", plural: "jobs", kind: "Job", categories: ["all"])
    package static let cronJob = ResourceType(
        group: "batch",
        plural: "cronjobs",
        kind: "CronJob",
        shortNames: ["cj"],
        categories: ["all"]
    )
    package static let lease = ResourceType(group: "coordination.k8s.io", plural: "leases", kind: "Lease")
    package static let endpointSlice = ResourceType(
        group: "discovery.k8s.io",
        plural: "endpointslices",
        kind: "EndpointSlice"
    )
    /// The newer group's events: the same stored objects as `event`, in another form.
    package static let eventsV1Event = ResourceType(
        group: "events.k8s.io",
        plural: "events",
        kind: "Event",
        shortNames: ["ev"]
    )
    package static let podDisruptionBudget = ResourceType(
        group: "policy",
        plural: "poddisruptionbudgets",
        kind: "PodDisruptionBudget",
        shortNames: ["pdb"]
    )
    package static let horizontalPodAutoscaler = ResourceType(
        group: "autoscaling",
        version: "v2",
        plural: "horizontalpodautoscalers",
        kind: "HorizontalPodAutoscaler",
        shortNames: ["hpa"],
        categories: ["all"]
    )
    package static let ingress = networking("ingresses", "Ingress", ["ing"])
    package static let ingressClass = ResourceType(
        group: "networking.k8s.io",
        plural: "ingressclasses",
        kind: "IngressClass",
        namespaced: false
    )
    package static let networkPolicy = networking("networkpolicies", "NetworkPolicy", ["netpol"])
    package static let httpRoute = ResourceType(
        group: "gateway.networking.k8s.io",
        plural: "httproutes",
        kind: "HTTPRoute",
        categories: ["gateway-api"]
    )

    package static let role = rbac("roles", "Role")
    package static let roleBinding = rbac("rolebindings", "RoleBinding")
    package static let clusterRole = rbac("clusterroles", "ClusterRole", namespaced: false)
    package static let clusterRoleBinding = rbac("clusterrolebindings", "ClusterRoleBinding", namespaced: false)

    package static let storageClass = ResourceType(
        group: "storage.k8s.io",
        plural: "storageclasses",
        kind: "StorageClass",
        namespaced: false,
        shortNames: ["sc"]
    )
    package static let priorityClass = ResourceType(
        group: "scheduling.k8s.io",
        plural: "priorityclasses",
        kind: "PriorityClass",
        namespaced: false,
        shortNames: ["pc"]
    )
    package static let customResourceDefinition = ResourceType(
        group: "apiextensions.k8s.io",
        plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition",
        namespaced: false,
        shortNames: ["crd", "crds"],
        categories: ["api-extensions"]
    )

    /// Only ever created, never stored: asks what the caller may do.
    package static let selfSubjectAccessReview = ResourceType(
        group: "authorization.k8s.io",
        plural: "selfsubjectaccessreviews",
        kind: "SelfSubjectAccessReview",
        namespaced: false
    )

    /// Every stored type Slipway knows.
    package static let all: [ResourceType] = [
        .namespace, .node, .pod, .service, .endpoints, .configMap, .secret, .event, .serviceAccount, .resourceQuota,
        .limitRange, .persistentVolume, .persistentVolumeClaim, .replicationController, .deployment, .replicaSet,
        .statefulSet, .daemonSet, .job, .cronJob, .lease, .endpointSlice, .eventsV1Event, .podDisruptionBudget,
        .horizontalPodAutoscaler, .ingress, .ingressClass, .networkPolicy, .httpRoute, .role, .roleBinding,
        .clusterRole, .clusterRoleBinding, .storageClass, .priorityClass, .customResourceDefinition,
    ]

    /// The known type of an object's `apiVersion` and `kind`.
    package static func known(apiVersion: String, kind: String) -> ResourceType? {
        byKind["\(apiVersion)/\(kind)"]
    }

    /// The known type of a group and kind, in the version Slipway speaks.
    package static func known(group: String, kind: String) -> ResourceType? {
        all.first { $0.group == group && $0.kind == kind }
    }

    /// The known type at a path's group, version and plural name.
    package static func known(group: String, version: String, plural: String) -> ResourceType? {
        all.first { $0.group == group && $0.version == version && $0.plural == plural }
    }

    private static let byKind = Dictionary(
        (all + [selfSubjectAccessReview]).map { ("\($0.apiVersion)/\($0.kind)", $0) },
        uniquingKeysWith: { first, _ in first }
    )

    private static func apps(_ plural: String, _ kind: String, _ shortNames: [String]) -> ResourceType {
        ResourceType(group: "apps", plural: plural, kind: kind, shortNames: shortNames, categories: ["all"])
    }

    private static func networking(_ plural: String, _ kind: String, _ shortNames: [String]) -> ResourceType {
        ResourceType(group: "networking.k8s.io", plural: plural, kind: kind, shortNames: shortNames)
    }

    private static func rbac(_ plural: String, _ kind: String, namespaced: Bool = true) -> ResourceType {
        ResourceType(group: "rbac.authorization.k8s.io", plural: plural, kind: kind, namespaced: namespaced)
    }
}
