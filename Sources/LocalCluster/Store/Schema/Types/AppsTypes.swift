extension BuiltInTypes {
    static let apps = """
        package io.k8s.api.apps.v1
        Deployment
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! DeploymentSpec
            status! DeploymentStatus
        DeploymentSpec
            replicas int32
            selector! LabelSelector
            template! PodTemplateSpec
            strategy! DeploymentStrategy retainKeys
            minReadySeconds int32
            revisionHistoryLimit int32
            paused bool
            progressDeadlineSeconds int32
        DeploymentStrategy
            type string
            rollingUpdate RollingUpdateDeployment
        RollingUpdateDeployment
            maxUnavailable intOrString
            maxSurge intOrString
        DeploymentStatus
            observedGeneration int64
            replicas int32
            updatedReplicas int32
            readyReplicas int32
            availableReplicas int32
            unavailableReplicas int32
            terminatingReplicas int32
            conditions [DeploymentCondition] key(type)
            collisionCount int32
        DeploymentCondition
            type string
            status string
            lastUpdateTime time
            lastTransitionTime time
            reason string
            message string
        ReplicaSet
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! ReplicaSetSpec
            status! ReplicaSetStatus
        ReplicaSetSpec
            replicas int32
            minReadySeconds int32
            selector! LabelSelector
            template! PodTemplateSpec
        ReplicaSetStatus
            replicas int32
            fullyLabeledReplicas int32
            readyReplicas int32
            availableReplicas int32
            terminatingReplicas int32
            observedGeneration int64
            conditions [ReplicaSetCondition] key(type)
        ReplicaSetCondition
            type string
            status string
            lastTransitionTime time
            reason string
            message string
        """

    static let autoscaling = """
        package io.k8s.api.autoscaling.v1
        Scale
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! ScaleSpec
            status! ScaleStatus
        ScaleSpec
            replicas int32
        ScaleStatus
            replicas int32
            selector string
        """
}
