extension BuiltInTypes {
    static let apps = """
        package io.k8s.api.apps.v1
        Deployment
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! DeploymentSpec #2
            status! DeploymentStatus #3
        DeploymentSpec
            replicas? int32 #1
            selector! LabelSelector #2
            template! PodTemplateSpec #3
            strategy! DeploymentStrategy retainKeys #4
            minReadySeconds int32 #5
            revisionHistoryLimit? int32 #6
            paused bool #7
            progressDeadlineSeconds? int32 #9
        DeploymentStrategy
            type string #1
            rollingUpdate RollingUpdateDeployment #2
        RollingUpdateDeployment
            maxUnavailable intOrString #1
            maxSurge intOrString #2
        DeploymentStatus
            observedGeneration int64 #1
            replicas int32 #2
            updatedReplicas int32 #3
            readyReplicas int32 #7
            availableReplicas int32 #4
            unavailableReplicas int32 #5
            terminatingReplicas? int32
            conditions [DeploymentCondition] key(type) #6
            collisionCount? int32 #8
        DeploymentCondition
            type string #1
            status string #2
            lastUpdateTime time #6
            lastTransitionTime time #7
            reason string #4
            message string #5
        ReplicaSet
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! ReplicaSetSpec #2
            status! ReplicaSetStatus #3
        ReplicaSetSpec
            replicas? int32 #1
            minReadySeconds int32 #4
            selector! LabelSelector #2
            template! PodTemplateSpec #3
        ReplicaSetStatus
            replicas int32 #1
            fullyLabeledReplicas int32 #2
            readyReplicas int32 #4
            availableReplicas int32 #5
            terminatingReplicas? int32
            observedGeneration int64 #3
            conditions [ReplicaSetCondition] key(type) #6
        ReplicaSetCondition
            type string #1
            status string #2
            lastTransitionTime time #3
            reason string #4
            message string #5
        """

    static let autoscaling = """
        package io.k8s.api.autoscaling.v1
        Scale
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! ScaleSpec #2
            status! ScaleStatus #3
        ScaleSpec
            replicas int32 #1
        ScaleStatus
            replicas int32 #1
            selector string #2
        """
}
