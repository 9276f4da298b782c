extension BuiltInTypes {
    static let node = """
        package io.k8s.api.core.v1
        Node
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! NodeSpec #2
            status! NodeStatus #3
        NodeSpec
            podCIDR string #1
            podCIDRs [string] set merge #7
            providerID string #3
            unschedulable bool #4
            taints [Taint] #5
            configSource any #6
            externalID string #2
        Taint
            key string #1
            value string #2
            effect string #3
            timeAdded time #4
        NodeStatus
            capacity {quantity} #1
            allocatable {quantity} #2
            phase string #3
            conditions [NodeCondition] key(type) #4
            addresses [NodeAddress] key(type) #5
            daemonEndpoints! NodeDaemonEndpoints #6
            nodeInfo! NodeSystemInfo #7
            images [ContainerImage] #8
            volumesInUse [string] #9
            volumesAttached [any] #10
            config any #11
            runtimeHandlers [any] #12
            features any #13
            declaredFeatures [string]
        NodeCondition
            type string #1
            status string #2
            lastHeartbeatTime time #3
            lastTransitionTime time #4
            reason string #5
            message string #6
        NodeAddress
            type string #1
            address string #2
        NodeDaemonEndpoints
            kubeletEndpoint! DaemonEndpoint #1
        DaemonEndpoint
            Port int32 #1
        NodeSystemInfo
            machineID string #1
            systemUUID string #2
            bootID string #3
            kernelVersion string #4
            osImage string #5
            containerRuntimeVersion string #6
            kubeletVersion string #7
            kubeProxyVersion string #8
            operatingSystem string #9
            architecture string #10
            swap any
        ContainerImage
            names [string] #1
            sizeBytes int64 #2
        """

    static let quota = """
        package io.k8s.api.core.v1
        ResourceQuota
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! ResourceQuotaSpec #2
            status! ResourceQuotaStatus #3
        ResourceQuotaSpec
            hard {quantity} #1
            scopes [string] #2
            scopeSelector ScopeSelector #3
        ScopeSelector atomic
            matchExpressions [ScopedResourceSelectorRequirement] #1
        ScopedResourceSelectorRequirement
            scopeName string #1
            operator string #2
            values [string] #3
        ResourceQuotaStatus
            hard {quantity} #1
            used {quantity} #2
        """
}
