extension BuiltInTypes {
    static let volumes = """
        package io.k8s.api.core.v1
        Volume
            name string
            hostPath HostPathVolumeSource
            emptyDir EmptyDirVolumeSource
            secret SecretVolumeSource
            nfs NFSVolumeSource
            persistentVolumeClaim PersistentVolumeClaimVolumeSource
            downwardAPI DownwardAPIVolumeSource
            configMap ConfigMapVolumeSource
            projected ProjectedVolumeSource
            csi CSIVolumeSource
            ephemeral EphemeralVolumeSource
            image ImageVolumeSource
            gcePersistentDisk any
            awsElasticBlockStore any
            gitRepo any
            iscsi any
            glusterfs any
            rbd any
            flexVolume any
            cinder any
            cephfs any
            flocker any
            fc any
            azureFile any
            azureDisk any
            vsphereVolume any
            quobyte any
            photonPersistentDisk any
            portworxVolume any
            scaleIO any
            storageos any
        HostPathVolumeSource
            path string
            type string
        EmptyDirVolumeSource
            medium string
            sizeLimit quantity
        SecretVolumeSource
            secretName string
            items [KeyToPath]
            defaultMode int32
            optional bool
        KeyToPath
            key string
            path string
            mode int32
        NFSVolumeSource
            server string
            path string
            readOnly bool
        PersistentVolumeClaimVolumeSource
            claimName string
            readOnly bool
        DownwardAPIVolumeSource
            items [DownwardAPIVolumeFile]
            defaultMode int32
        DownwardAPIVolumeFile
            path string
            fieldRef ObjectFieldSelector
            resourceFieldRef ResourceFieldSelector
            mode int32
        ConfigMapVolumeSource
            name string
            items [KeyToPath]
            defaultMode int32
            optional bool
        ProjectedVolumeSource
            sources [VolumeProjection]
            defaultMode int32
        VolumeProjection
            secret SecretProjection
            downwardAPI DownwardAPIProjection
            configMap ConfigMapProjection
            serviceAccountToken ServiceAccountTokenProjection
            clusterTrustBundle ClusterTrustBundleProjection
            podCertificate any
        SecretProjection
            name string
            items [KeyToPath]
            optional bool
        DownwardAPIProjection
            items [DownwardAPIVolumeFile]
        ConfigMapProjection
            name string
            items [KeyToPath]
            optional bool
        ServiceAccountTokenProjection
            audience string
            expirationSeconds int64
            path string
        ClusterTrustBundleProjection
            name string
            signerName string
            labelSelector LabelSelector
            optional bool
            path string
        CSIVolumeSource
            driver string
            readOnly bool
            fsType string
            volumeAttributes {string}
            nodePublishSecretRef LocalObjectReference
        EphemeralVolumeSource
            volumeClaimTemplate PersistentVolumeClaimTemplate
        PersistentVolumeClaimTemplate
            metadata! ObjectMeta
            spec! PersistentVolumeClaimSpec
        ImageVolumeSource
            reference string
            pullPolicy string
        """
}
