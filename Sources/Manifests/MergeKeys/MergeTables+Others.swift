/// Everything that is no pod and runs none.
extension MergeTables {
    static let otherTypes: [String: Fields] = [
        "CustomResource": ["metadata": metadata],
        /// A built-in type none of whose lists merges.
        "Plain": ["metadata": metadata],
        "ObjectMeta": [
            "ownerReferences": keyed(by: "uid"),
            "finalizers": mergedSet,
            "managedFields": atomicList,
        ],
        "Service": ["metadata": metadata, "spec": object("ServiceSpec"), "status": object("ServiceStatus")],
        "ServiceSpec": [
            "ports": keyed(by: "port", applyKeys: ["port", "protocol"], defaults: ["protocol": "TCP"]),
            "selector": atomicObject(),
            "clusterIPs": atomicList,
            "externalIPs": atomicList,
            "ipFamilies": atomicList,
            "loadBalancerSourceRanges": atomicList,
        ],
        "ServiceStatus": ["conditions": conditions, "loadBalancer": object("LoadBalancerStatus")],
        "LoadBalancerStatus": ["ingress": atomicList],
        "ServiceAccount": [
            "metadata": metadata, "secrets": keyed(by: "name"), "imagePullSecrets": atomicList,
        ],
        "Node": ["metadata": metadata, "spec": object("NodeSpec"), "status": object("NodeStatus")],
        "NodeSpec": ["podCIDRs": mergedSet, "taints": atomicList],
        "NodeStatus": [
            "addresses": keyed(by: "type"), "conditions": conditions, "images": atomicList,
            "volumesAttached": atomicList,
            "volumesInUse": atomicList,
        ],
        "Namespace": ["metadata": metadata, "spec": object("NamespaceSpec"), "status": object("ConditionStatus")],
        "NamespaceSpec": ["finalizers": atomicList],
        "Event": ["metadata": metadata, "involvedObject": atomicObject(), "related": atomicObject()],
        "PersistentVolume": ["metadata": metadata, "spec": object("PersistentVolumeSpec")],
        "PersistentVolumeSpec": [
            "accessModes": atomicList, "mountOptions": atomicList, "claimRef": atomicObject(),
            "nodeAffinity": object("NodeAffinity"),
        ],
        "PersistentVolumeClaim": [
            "metadata": metadata, "spec": object("PersistentVolumeClaimSpec"),
            "status": object("PersistentVolumeClaimStatus"),
        ],
        "PersistentVolumeClaimSpec": [
            "accessModes": atomicList, "selector": labelSelector, "dataSource": atomicObject(),
        ],
        "PersistentVolumeClaimStatus": ["accessModes": atomicList, "conditions": conditions],
        "PodDisruptionBudget": [
            "metadata": metadata, "spec": object("PodDisruptionBudgetSpec"), "status": object("ConditionStatus"),
        ],
        "PodDisruptionBudgetSpec": ["selector": MergeSchema(patch: .init(replaces: true), apply: .atomic)],
        "HorizontalPodAutoscaler": [
            "metadata": metadata, "spec": object("HorizontalPodAutoscalerSpec"), "status": object("AutoscalerStatus"),
        ],
        "HorizontalPodAutoscalerSpec": [
            "metrics": atomicList, "behavior": object("AutoscalerBehavior"), "scaleTargetRef": object("Plain"),
        ],
        "AutoscalerBehavior": ["scaleUp": object("ScalingRules"), "scaleDown": object("ScalingRules")],
        "ScalingRules": ["policies": atomicList],
        "AutoscalerStatus": ["conditions": conditions, "currentMetrics": atomicList],
        "Ingress": ["metadata": metadata, "spec": object("IngressSpec"), "status": object("ServiceStatus")],
        "IngressSpec": ["rules": atomicList, "tls": atomicList],
        "NetworkPolicy": ["metadata": metadata, "spec": object("NetworkPolicySpec")],
        "NetworkPolicySpec": [
            "podSelector": labelSelector, "ingress": atomicList, "egress": atomicList, "policyTypes": atomicList,
        ],
        "RoleBinding": ["metadata": metadata, "subjects": atomicList, "roleRef": atomicObject()],
    ]
}
