import Core
import Kubernetes

/// All resources that are stored.
enum ResourceRegistry {
    static let all: [ResourceDefinition] = core + workloads + access + others

    private static let byType = Dictionary(
        all.map { ($0.type.qualifiedName, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    static func definition(of type: ResourceType) -> ResourceDefinition? { byType[type.qualifiedName] }

    private static let core: [ResourceDefinition] = [
        ResourceDefinition(
            .namespace,
            schema: "io.k8s.api.core.v1.Namespace",
            hasStatus: true,
            strategy: ObjectStrategy(
                nameRule: .label,
                setDefaults: ObjectDefaults.namespace,
                setInitialState: { object in
                    object["spec", "finalizers"] = ["kubernetes"]
                    object.status = ["phase": "Active"]
                },
                carriedOver: [["spec", "finalizers"]]
            )
        ),
        ResourceDefinition(.node, schema: "io.k8s.api.core.v1.Node", hasStatus: true),
        ResourceDefinition(
            .pod,
            schema: "io.k8s.api.core.v1.Pod",
            hasStatus: true,
            hasGeneration: true,
            strategy: ObjectStrategy(
                setDefaults: PodDefaults.setPod,
                setInitialState: { $0.status = ["phase": "Pending", "qosClass": .string(QualityOfService.of($0))] },
                validate: WorkloadValidation.pod,
                validateUpdate: WorkloadValidation.podUpdate
            )
        ),
        ResourceDefinition(
            .service,
            schema: "io.k8s.api.core.v1.Service",
            hasStatus: true,
            strategy: ObjectStrategy(
                nameRule: .serviceLabel,
                setDefaults: ObjectDefaults.service,
                setInitialState: { $0.status = ["loadBalancer": [:]] },
                validate: OtherValidation.service,
                validateUpdate: OtherValidation.serviceUpdate,
                carriedOver: [
                    ["spec", "clusterIP"], ["spec", "clusterIPs"], ["spec", "ipFamilies"], ["spec", "ipFamilyPolicy"],
                ]
            )
        ),
        ResourceDefinition(
            .configMap,
            schema: "io.k8s.api.core.v1.ConfigMap",
            strategy: ObjectStrategy(
                validate: OtherValidation.configMap,
                validateUpdate: OtherValidation.immutableData
            )
        ),
        ResourceDefinition(
            .secret,
            schema: "io.k8s.api.core.v1.Secret",
            strategy: ObjectStrategy(
                setDefaults: ObjectDefaults.secret,
                validate: OtherValidation.secret,
                validateUpdate: OtherValidation.secretUpdate
            )
        ),
        ResourceDefinition(.event, schema: "io.k8s.api.core.v1.Event"),
        ResourceDefinition(.serviceAccount, schema: "io.k8s.api.core.v1.ServiceAccount"),
        ResourceDefinition(
            .resourceQuota,
            schema: "io.k8s.api.core.v1.ResourceQuota",
            hasStatus: true,
            strategy: ObjectStrategy(validate: OtherValidation.quota)
        ),
        ResourceDefinition(.persistentVolume, schema: "io.k8s.api.core.v1.PersistentVolume", hasStatus: true),
        ResourceDefinition(
            .persistentVolumeClaim,
            schema: "io.k8s.api.core.v1.PersistentVolumeClaim",
            hasStatus: true,
            strategy: ObjectStrategy(
                setDefaults: ObjectDefaults.claim,
                setInitialState: { $0.status = ["phase": "Pending"] },
                validate: OtherValidation.claim,
                validateUpdate: OtherValidation.claimUpdate,
                carriedOver: [["spec", "volumeName"], ["spec", "storageClassName"]]
            )
        ),
    ]

    private static let workloads: [ResourceDefinition] = [
        ResourceDefinition(
            .deployment,
            schema: "io.k8s.api.apps.v1.Deployment",
            hasStatus: true,
            hasScale: true,
            hasGeneration: true,
            strategy: ObjectStrategy(
                setDefaults: ObjectDefaults.deployment,
                validate: WorkloadValidation.deployment,
                validateUpdate: WorkloadValidation.immutableSelector
            )
        ),
        ResourceDefinition(
            .replicaSet,
            schema: "io.k8s.api.apps.v1.ReplicaSet",
            hasStatus: true,
            hasScale: true,
            hasGeneration: true,
            strategy: ObjectStrategy(
                setDefaults: ObjectDefaults.replicaSet,
                setInitialState: { $0.status = ["replicas": 0] },
                validate: WorkloadValidation.replicaSet,
                validateUpdate: WorkloadValidation.immutableSelector
            )
        ),
    ]

    private static let access: [ResourceDefinition] = [
        ResourceDefinition(.role, schema: "io.k8s.api.rbac.v1.Role", strategy: roles),
        ResourceDefinition(.clusterRole, schema: "io.k8s.api.rbac.v1.ClusterRole", strategy: roles),
        ResourceDefinition(.roleBinding, schema: "io.k8s.api.rbac.v1.RoleBinding", strategy: bindings),
        ResourceDefinition(.clusterRoleBinding, schema: "io.k8s.api.rbac.v1.ClusterRoleBinding", strategy: bindings),
    ]

    private static let roles = ObjectStrategy(nameRule: .pathSegment, validate: OtherValidation.role)
    private static let bindings = ObjectStrategy(
        nameRule: .pathSegment,
        setDefaults: ObjectDefaults.binding,
        validate: OtherValidation.binding,
        validateUpdate: OtherValidation.bindingUpdate
    )

    private static let others: [ResourceDefinition] = [
        ResourceDefinition(
            .lease,
            schema: "io.k8s.api.coordination.v1.Lease",
            strategy: ObjectStrategy(validate: OtherValidation.lease)
        ),
        ResourceDefinition(
            .endpointSlice,
            schema: "io.k8s.api.discovery.v1.EndpointSlice",
            hasGeneration: true,
            strategy: ObjectStrategy(
                setDefaults: ObjectDefaults.endpointSlice,
                validate: OtherValidation.endpointSlice,
                validateUpdate: OtherValidation.endpointSliceUpdate
            )
        ),
        ResourceDefinition(
            .ingress,
            schema: "io.k8s.api.networking.v1.Ingress",
            hasStatus: true,
            hasGeneration: true,
            strategy: ObjectStrategy(
                setInitialState: { $0.status = ["loadBalancer": [:]] },
                validate: OtherValidation.ingress
            )
        ),
        ResourceDefinition(
            .podDisruptionBudget,
            schema: "io.k8s.api.policy.v1.PodDisruptionBudget",
            hasStatus: true,
            hasGeneration: true,
            strategy: ObjectStrategy(validate: OtherValidation.disruptionBudget)
        ),
    ]
}
