/// The tables behind `MergeSchema`, taken from the tags of the Go types in `k8s.io/api`.
enum MergeTables {
    typealias Fields = [String: MergeSchema]

    static let types: [String: Fields] = podTypes.merging(workloadTypes) { $1 }.merging(otherTypes) { $1 }

    /// The Go type of each built-in kind.
    static let kinds: [String: String] = [
        "/Pod": "Pod", "/Service": "Service", "/Node": "Node", "/Namespace": "Namespace", "/ConfigMap": "Plain",
        "/Secret": "Plain", "/Event": "Event", "/Endpoints": "Plain", "/ServiceAccount": "ServiceAccount",
        "/ResourceQuota": "Plain", "/LimitRange": "Plain", "/PersistentVolume": "PersistentVolume",
        "/PersistentVolumeClaim": "PersistentVolumeClaim", "/ReplicationController": "ReplicationController",
        "/PodTemplate": "PodTemplate",
        "apps/Deployment": "Deployment", "apps/ReplicaSet": "ReplicaSet", "apps/StatefulSet": "StatefulSet",
        "apps/DaemonSet": "DaemonSet", "apps/ControllerRevision": "Plain",
        "batch/Job": "Job", "batch/CronJob": "CronJob",
        "coordination.k8s.io/Lease": "Plain", "discovery.k8s.io/EndpointSlice": "Plain", "events.k8s.io/Event": "Event",
        "policy/PodDisruptionBudget": "PodDisruptionBudget",
        "autoscaling/HorizontalPodAutoscaler": "HorizontalPodAutoscaler",
        "networking.k8s.io/Ingress": "Ingress", "networking.k8s.io/IngressClass": "Plain",
        "networking.k8s.io/NetworkPolicy": "NetworkPolicy",
        "rbac.authorization.k8s.io/Role": "Plain", "rbac.authorization.k8s.io/RoleBinding": "RoleBinding",
        "rbac.authorization.k8s.io/ClusterRole": "Plain", "rbac.authorization.k8s.io/ClusterRoleBinding": "RoleBinding",
        "storage.k8s.io/StorageClass": "Plain", "scheduling.k8s.io/PriorityClass": "Plain",
    ]

    /// An object whose members merge.
    static func object(_ type: String) -> MergeSchema { MergeSchema(type) }

    /// An object that server-side apply owns as a whole; a patch still merges it.
    static func atomicObject(_ type: String? = nil) -> MergeSchema { MergeSchema(type, apply: .atomic) }

    /// A list that is replaced, and owned, as a whole.
    static let atomicList = MergeSchema(apply: .atomic)

    /// A list of objects that merges by a key, under both sets of rules.
    static func keyed(
        _ type: String? = nil,
        by key: String,
        applyKeys: [String]? = nil,
        defaults: [String: String] = [:],
        retainsKeys: Bool = false
    ) -> MergeSchema {
        MergeSchema(
            type,
            patch: .init(merges: true, mergeKey: key, retainsKeys: retainsKeys),
            apply: .map(keys: applyKeys ?? [key], defaults: defaults)
        )
    }

    /// A list that patches merge by a key and server-side apply owns as a whole.
    static func keyedForPatches(_ type: String? = nil, by key: String) -> MergeSchema {
        MergeSchema(type, patch: .init(merges: true, mergeKey: key), apply: .atomic)
    }

    /// A list of unique plain values.
    static let mergedSet = MergeSchema(patch: .init(merges: true), apply: .set)

    static let conditions = keyed(by: "type")
    static let metadata = object("ObjectMeta")
    static let labelSelector = atomicObject()
}
