extension BuiltInTypes {
    static let podStatus = """
        package io.k8s.api.core.v1
        PodStatus
            observedGeneration int64
            phase string #1
            conditions [PodCondition] key(type) #2
            message string #3
            reason string #4
            nominatedNodeName string #11
            hostIP string #5
            hostIPs [HostIP] patch(ip) #16
            podIP string #6
            podIPs [PodIP] key(ip) #12
            startTime time #7
            initContainerStatuses [ContainerStatus] #10
            containerStatuses [ContainerStatus] #8
            qosClass string #9
            ephemeralContainerStatuses [ContainerStatus] #13
            resize string #14
            resourceClaimStatuses [any] #15
            extendedResourceClaimStatus any
            allocatedResources {quantity}
            resources ResourceRequirements
        PodCondition
            type string #1
            observedGeneration int64
            status string #2
            lastProbeTime time #3
            lastTransitionTime time #4
            reason string #5
            message string #6
        HostIP
            ip string #1
        PodIP
            ip string #1
        ContainerStatus
            name string #1
            state! ContainerState #2
            lastState! ContainerState #3
            ready bool #4
            restartCount int32 #5
            image string #6
            imageID string #7
            containerID string #8
            started? bool #9
            allocatedResources {quantity} #10
            resources ResourceRequirements #11
            volumeMounts [VolumeMountStatus] key(mountPath) #12
            user any #13
            allocatedResourcesStatus [any] #14
            stopSignal string
        VolumeMountStatus
            name string #1
            mountPath string #2
            readOnly bool #3
            recursiveReadOnly? string #4
        ContainerState
            waiting ContainerStateWaiting #1
            running ContainerStateRunning #2
            terminated ContainerStateTerminated #3
        ContainerStateWaiting
            reason string #1
            message string #2
        ContainerStateRunning
            startedAt time #1
        ContainerStateTerminated
            exitCode int32 #1
            signal int32 #2
            reason string #3
            message string #4
            startedAt time #5
            finishedAt time #6
            containerID string #7
        """
}
