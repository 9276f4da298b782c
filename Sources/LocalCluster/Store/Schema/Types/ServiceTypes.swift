extension BuiltInTypes {
    static let service = """
        package io.k8s.api.core.v1
        Service
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! ServiceSpec #2
            status! ServiceStatus #3
        ServiceSpec
            ports [ServicePort] key(port,protocol) patch(port) #1
            selector {string} atomic #2
            clusterIP string #3
            clusterIPs [string] #18
            type string #4
            externalIPs [string] #5
            sessionAffinity string #7
            loadBalancerIP string #8
            loadBalancerSourceRanges [string] #9
            externalName string #10
            externalTrafficPolicy string #11
            healthCheckNodePort int32 #12
            publishNotReadyAddresses bool #13
            sessionAffinityConfig SessionAffinityConfig #14
            ipFamilies [string] #19
            ipFamilyPolicy? string #17
            allocateLoadBalancerNodePorts? bool #20
            loadBalancerClass? string #21
            internalTrafficPolicy? string #22
            trafficDistribution? string #23
        ServicePort
            name string #1
            protocol string #2
            appProtocol? string #6
            port int32 #3
            targetPort! intOrString #4
            nodePort int32 #5
        SessionAffinityConfig
            clientIP ClientIPConfig #1
        ClientIPConfig
            timeoutSeconds? int32 #1
        ServiceStatus
            loadBalancer! LoadBalancerStatus #1
            conditions [Condition] key(type) #2
        LoadBalancerStatus
            ingress [LoadBalancerIngress] #1
        LoadBalancerIngress
            ip string #1
            hostname string #2
            ipMode? string #3
            ports [PortStatus] #4
        PortStatus
            port int32 #1
            protocol string #2
            error? string #3
        """
}
