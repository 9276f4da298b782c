extension BuiltInTypes {
    static let storage = """
        package io.k8s.api.core.v1
        PersistentVolumeClaim
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! PersistentVolumeClaimSpec
            status! PersistentVolumeClaimStatus
        PersistentVolumeClaimSpec
            accessModes [string]
            selector LabelSelector
            resources! VolumeResourceRequirements
            volumeName string
            storageClassName string
            volumeMode string
            dataSource TypedLocalObjectReference
            dataSourceRef TypedObjectReference
            volumeAttributesClassName string
        VolumeResourceRequirements
            limits {quantity}
            requests {quantity}
        TypedLocalObjectReference atomic
            apiGroup string
            kind string
            name string
        TypedObjectReference
            apiGroup string
            kind string
            name string
            namespace string
        PersistentVolumeClaimStatus
            phase string
            accessModes [string]
            capacity {quantity}
            conditions [PersistentVolumeClaimCondition] key(type)
            allocatedResources {quantity}
            allocatedResourceStatuses {string}
            currentVolumeAttributesClassName string
            modifyVolumeStatus any
        PersistentVolumeClaimCondition
            type string
            status string
            lastProbeTime time
            lastTransitionTime time
            reason string
            message string
        PersistentVolume
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! PersistentVolumeSpec
            status! PersistentVolumeStatus
        PersistentVolumeSpec
            capacity {quantity}
            hostPath HostPathVolumeSource
            local LocalVolumeSource
            nfs NFSVolumeSource
            csi any
            accessModes [string]
            claimRef ObjectReference
            persistentVolumeReclaimPolicy string
            storageClassName string
            mountOptions [string]
            volumeMode string
            nodeAffinity VolumeNodeAffinity
            volumeAttributesClassName string
        LocalVolumeSource
            path string
            fsType string
        VolumeNodeAffinity
            required NodeSelector
        PersistentVolumeStatus
            phase string
            message string
            reason string
            lastPhaseTransitionTime time
        """
}
