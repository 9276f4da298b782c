extension BuiltInTypes {
    static let service = """
        package io.k8s.api.core.v1
        Service
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! ServiceSpec
            status! ServiceStatus
        ServiceSpec
            ports [ServicePort] key(port,protocol) patch(port)
            selector {string} atomic
            clusterIP string
            clusterIPs [string]
            type string
            externalIPs [string]
            sessionAffinity string
            loadBalancerIP string
            loadBalancerSourceRanges [string]
            externalName string
            externalTrafficPolicy string
            healthCheckNodePort int32
            publishNotReadyAddresses bool
            sessionAffinityConfig SessionAffinityConfig
            ipFamilies [string]
            ipFamilyPolicy string
            allocateLoadBalancerNodePorts bool
            loadBalancerClass string
            internalTrafficPolicy string
            trafficDistribution string
        ServicePort
            name string
            protocol string
            appProtocol string
            port int32
            targetPort! intOrString
            nodePort int32
        SessionAffinityConfig
            clientIP ClientIPConfig
        ClientIPConfig
            timeoutSeconds int32
        ServiceStatus
            loadBalancer! LoadBalancerStatus
            conditions [Condition] key(type)
        LoadBalancerStatus
            ingress [LoadBalancerIngress]
        LoadBalancerIngress
            ip string
            hostname string
            ipMode string
            ports [PortStatus]
        PortStatus
            port int32
            protocol string
            error string
        """
}
