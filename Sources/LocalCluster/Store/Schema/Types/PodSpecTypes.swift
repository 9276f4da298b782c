extension BuiltInTypes {
    static let podSpec = """
        package io.k8s.api.core.v1
        Pod
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! PodSpec
            status! PodStatus
        PodTemplateSpec
            metadata! ObjectMeta
            spec! PodSpec
        PodSpec
            volumes [Volume] key(name) retainKeys
            initContainers [Container] key(name)
            containers! [Container] key(name)
            ephemeralContainers [EphemeralContainer] key(name)
            restartPolicy string
            terminationGracePeriodSeconds int64
            activeDeadlineSeconds int64
            dnsPolicy string
            nodeSelector {string} atomic
            serviceAccountName string
            serviceAccount string
            automountServiceAccountToken bool
            nodeName string
            hostNetwork bool
            hostPID bool
            hostIPC bool
            shareProcessNamespace bool
            securityContext PodSecurityContext
            imagePullSecrets [LocalObjectReference] key(name)
            hostname string
            subdomain string
            affinity Affinity
            schedulerName string
            tolerations [Toleration]
            hostAliases [HostAlias] key(ip)
            priorityClassName string
            priority int32
            dnsConfig PodDNSConfig
            readinessGates [PodReadinessGate]
            runtimeClassName string
            enableServiceLinks bool
            preemptionPolicy string
            overhead {quantity}
            topologySpreadConstraints [TopologySpreadConstraint] key(topologyKey,whenUnsatisfiable)
            setHostnameAsFQDN bool
            os PodOS
            hostUsers bool
            schedulingGates [PodSchedulingGate] key(name)
            resourceClaims [PodResourceClaim] key(name) retainKeys
            resources ResourceRequirements
            hostnameOverride string
        LocalObjectReference atomic
            name string
        Toleration
            key string
            operator string
            value string
            effect string
            tolerationSeconds int64
        HostAlias
            ip string
            hostnames [string]
        PodDNSConfig
            nameservers [string]
            searches [string]
            options [PodDNSConfigOption]
        PodDNSConfigOption
            name string
            value string
        PodReadinessGate
            conditionType string
        PodOS
            name string
        PodSchedulingGate
            name string
        PodResourceClaim
            name string
            resourceClaimName string
            resourceClaimTemplateName string
        TopologySpreadConstraint
            maxSkew int32
            topologyKey string
            whenUnsatisfiable string
            labelSelector LabelSelector
            minDomains int32
            nodeAffinityPolicy string
            nodeTaintsPolicy string
            matchLabelKeys [string]
        PodSecurityContext
            seLinuxOptions SELinuxOptions
            windowsOptions WindowsSecurityContextOptions
            runAsUser int64
            runAsGroup int64
            runAsNonRoot bool
            supplementalGroups [int64]
            supplementalGroupsPolicy string
            fsGroup int64
            sysctls [Sysctl]
            fsGroupChangePolicy string
            seccompProfile SeccompProfile
            appArmorProfile AppArmorProfile
            seLinuxChangePolicy string
        Sysctl
            name string
            value string
        SELinuxOptions
            user string
            role string
            type string
            level string
        SeccompProfile
            type string
            localhostProfile string
        AppArmorProfile
            type string
            localhostProfile string
        WindowsSecurityContextOptions
            gmsaCredentialSpecName string
            gmsaCredentialSpec string
            runAsUserName string
            hostProcess bool
        Affinity
            nodeAffinity NodeAffinity
            podAffinity PodAffinity
            podAntiAffinity PodAntiAffinity
        NodeAffinity
            requiredDuringSchedulingIgnoredDuringExecution NodeSelector
            preferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm]
        PreferredSchedulingTerm
            weight int32
            preference! NodeSelectorTerm
        NodeSelector atomic
            nodeSelectorTerms [NodeSelectorTerm]
        NodeSelectorTerm atomic
            matchExpressions [NodeSelectorRequirement]
            matchFields [NodeSelectorRequirement]
        NodeSelectorRequirement
            key string
            operator string
            values [string]
        PodAffinity
            requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]
            preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]
        PodAntiAffinity
            requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]
            preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]
        WeightedPodAffinityTerm
            weight int32
            podAffinityTerm! PodAffinityTerm
        PodAffinityTerm
            labelSelector LabelSelector
            namespaces [string]
            topologyKey string
            namespaceSelector LabelSelector
            matchLabelKeys [string]
            mismatchLabelKeys [string]
        """
}
