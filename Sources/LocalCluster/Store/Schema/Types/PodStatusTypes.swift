extension BuiltInTypes {
    static let podStatus = """
        package io.k8s.api.core.v1
        PodStatus
            observedGeneration int64
            phase string
            conditions [PodCondition] key(type)
            message string
            reason string
            nominatedNodeName string
            hostIP string
            hostIPs [HostIP] patch(ip)
            podIP string
            podIPs [PodIP] key(ip)
            startTime time
            initContainerStatuses [ContainerStatus]
            containerStatuses [ContainerStatus]
            qosClass string
            ephemeralContainerStatuses [ContainerStatus]
            resize string
            resourceClaimStatuses [any]
            extendedResourceClaimStatus any
            allocatedResources {quantity}
            resources ResourceRequirements
        PodCondition
            type string
            observedGeneration int64
            status string
            lastProbeTime time
            lastTransitionTime time
            reason string
            message string
        HostIP
            ip string
        PodIP
            ip string
        ContainerStatus
            name string
            state! ContainerState
            lastState! ContainerState
            ready bool
            restartCount int32
            image string
            imageID string
            containerID string
            started bool
            allocatedResources {quantity}
            resources ResourceRequirements
            volumeMounts [VolumeMountStatus] key(mountPath)
            user any
            allocatedResourcesStatus [any]
            stopSignal string
        VolumeMountStatus
            name string
            mountPath string
            readOnly bool
            recursiveReadOnly string
        ContainerState
            waiting ContainerStateWaiting
            running ContainerStateRunning
            terminated ContainerStateTerminated
        ContainerStateWaiting
            reason string
            message string
        ContainerStateRunning
            startedAt time
        ContainerStateTerminated
            exitCode int32
            signal int32
            reason string
            message string
            startedAt time
            finishedAt time
            containerID string
        """
}
