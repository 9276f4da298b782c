extension BuiltInTypes {
    static let storage = """
        package io.k8s.api.core.v1
        PersistentVolumeClaim
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! PersistentVolumeClaimSpec #2
            status! PersistentVolumeClaimStatus #3
        PersistentVolumeClaimSpec
            accessModes [string] #1
            selector LabelSelector #4
            resources! VolumeResourceRequirements #2
            volumeName string #3
            storageClassName? string #5
            volumeMode? string #6
            dataSource TypedLocalObjectReference #7
            dataSourceRef TypedObjectReference #8
            volumeAttributesClassName? string #9
        VolumeResourceRequirements
            limits {quantity} #1
            requests {quantity} #2
        TypedLocalObjectReference atomic
            apiGroup? string #1
            kind string #2
            name string #3
        TypedObjectReference
            apiGroup? string #1
            kind string #2
            name string #3
            namespace? string #4
        PersistentVolumeClaimStatus
            phase string #1
            accessModes [string] #2
            capacity {quantity} #3
            conditions [PersistentVolumeClaimCondition] key(type) #4
            allocatedResources {quantity} #5
            allocatedResourceStatuses {string} #7
            currentVolumeAttributesClassName? string #8
            modifyVolumeStatus any #9
        PersistentVolumeClaimCondition
            type string #1
            status string #2
            lastProbeTime time #3
            lastTransitionTime time #4
            reason string #5
            message string #6
        PersistentVolume
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! PersistentVolumeSpec #2
            status! PersistentVolumeStatus #3
        PersistentVolumeSpec
            capacity {quantity} #1
            ...PersistentVolumeSource #2
            accessModes [string] #3
            claimRef ObjectReference #4
            persistentVolumeReclaimPolicy string #5
            storageClassName string #6
            mountOptions [string] #7
            volumeMode? string #8
            nodeAffinity VolumeNodeAffinity #9
            volumeAttributesClassName? string #10
        PersistentVolumeSource
            hostPath HostPathVolumeSource #3
            local LocalVolumeSource #20
            nfs NFSVolumeSource #5
            csi any #22
        LocalVolumeSource
            path string #1
            fsType? string #2
        VolumeNodeAffinity
            required NodeSelector #1
        PersistentVolumeStatus
            phase string #1
            message string #2
            reason string #3
            lastPhaseTransitionTime time #4
        """
}
