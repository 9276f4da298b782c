extension BuiltInTypes {
    static let volumes = """
        package io.k8s.api.core.v1
        Volume
            name string #1
            ...VolumeSource #2
        VolumeSource
            hostPath HostPathVolumeSource #1
            emptyDir EmptyDirVolumeSource #2
            secret SecretVolumeSource #6
            nfs NFSVolumeSource #7
            persistentVolumeClaim PersistentVolumeClaimVolumeSource #10
            downwardAPI DownwardAPIVolumeSource #16
            configMap ConfigMapVolumeSource #19
            projected ProjectedVolumeSource #26
            csi CSIVolumeSource #28
            ephemeral EphemeralVolumeSource #29
            image ImageVolumeSource #30
            gcePersistentDisk any #3
            awsElasticBlockStore any #4
            gitRepo any #5
            iscsi any #8
            glusterfs any #9
            rbd any #11
            flexVolume any #12
            cinder any #13
            cephfs any #14
            flocker any #15
            fc any #17
            azureFile any #18
            azureDisk any #22
            vsphereVolume any #20
            quobyte any #21
            photonPersistentDisk any #23
            portworxVolume any #24
            scaleIO any #25
            storageos any #27
        HostPathVolumeSource
            path string #1
            type? string #2
        EmptyDirVolumeSource
            medium string #1
            sizeLimit quantity #2
        SecretVolumeSource
            secretName string #1
            items [KeyToPath] #2
            defaultMode? int32 #3
            optional? bool #4
        KeyToPath
            key string #1
            path string #2
            mode? int32 #3
        NFSVolumeSource
            server string #1
            path string #2
            readOnly bool #3
        PersistentVolumeClaimVolumeSource
            claimName string #1
            readOnly bool #2
        DownwardAPIVolumeSource
            items [DownwardAPIVolumeFile] #1
            defaultMode? int32 #2
        DownwardAPIVolumeFile
            path string #1
            fieldRef ObjectFieldSelector #2
            resourceFieldRef ResourceFieldSelector #3
            mode? int32 #4
        ConfigMapVolumeSource
            ...LocalObjectReference #1
            items [KeyToPath] #2
            defaultMode? int32 #3
            optional? bool #4
        ProjectedVolumeSource
            sources [VolumeProjection] #1
            defaultMode? int32 #2
        VolumeProjection
            secret SecretProjection #1
            downwardAPI DownwardAPIProjection #2
            configMap ConfigMapProjection #3
            serviceAccountToken ServiceAccountTokenProjection #4
            clusterTrustBundle ClusterTrustBundleProjection #5
            podCertificate any
        SecretProjection
            ...LocalObjectReference #1
            items [KeyToPath] #2
            optional? bool #4
        DownwardAPIProjection
            items [DownwardAPIVolumeFile] #1
        ConfigMapProjection
            ...LocalObjectReference #1
            items [KeyToPath] #2
            optional? bool #4
        ServiceAccountTokenProjection
            audience string #1
            expirationSeconds? int64 #2
            path string #3
        ClusterTrustBundleProjection
            name? string #1
            signerName? string #2
            labelSelector LabelSelector #3
            optional? bool #5
            path string #4
        CSIVolumeSource
            driver string #1
            readOnly? bool #2
            fsType? string #3
            volumeAttributes {string} #4
            nodePublishSecretRef LocalObjectReference #5
        EphemeralVolumeSource
            volumeClaimTemplate PersistentVolumeClaimTemplate #1
        PersistentVolumeClaimTemplate
            metadata! ObjectMeta #1
            spec! PersistentVolumeClaimSpec #2
        ImageVolumeSource
            reference string #1
            pullPolicy string #2
        """
}
