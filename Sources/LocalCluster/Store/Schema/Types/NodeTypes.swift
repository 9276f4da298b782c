extension BuiltInTypes {
    static let node = """
        package io.k8s.api.core.v1
        Node
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! NodeSpec
            status! NodeStatus
        NodeSpec
            podCIDR string
            podCIDRs [string] set merge
            providerID string
            unschedulable bool
            taints [Taint]
            configSource any
            externalID string
        Taint
            key string
            value string
            effect string
            timeAdded time
        NodeStatus
            capacity {quantity}
            allocatable {quantity}
            phase string
            conditions [NodeCondition] key(type)
            addresses [NodeAddress] key(type)
            daemonEndpoints! NodeDaemonEndpoints
            nodeInfo! NodeSystemInfo
            images [ContainerImage]
            volumesInUse [string]
            volumesAttached [any]
            config any
            runtimeHandlers [any]
            features any
            declaredFeatures [string]
        NodeCondition
            type string
            status string
            lastHeartbeatTime time
            lastTransitionTime time
            reason string
            message string
        NodeAddress
            type string
            address string
        NodeDaemonEndpoints
            kubeletEndpoint! DaemonEndpoint
        DaemonEndpoint
            Port int32
        NodeSystemInfo
            machineID string
            systemUUID string
            bootID string
            kernelVersion string
            osImage string
            containerRuntimeVersion string
            kubeletVersion string
            kubeProxyVersion string
            operatingSystem string
            architecture string
            swap any
        ContainerImage
            names [string]
            sizeBytes int64
        """

    static let quota = """
        package io.k8s.api.core.v1
        ResourceQuota
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! ResourceQuotaSpec
            status! ResourceQuotaStatus
        ResourceQuotaSpec
            hard {quantity}
            scopes [string]
            scopeSelector ScopeSelector
        ScopeSelector atomic
            matchExpressions [ScopedResourceSelectorRequirement]
        ScopedResourceSelectorRequirement
            scopeName string
            operator string
            values [string]
        ResourceQuotaStatus
            hard {quantity}
            used {quantity}
        """
}
