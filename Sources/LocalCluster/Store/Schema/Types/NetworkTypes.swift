extension BuiltInTypes {
    static let discovery = """
        package io.k8s.api.discovery.v1
        EndpointSlice
            apiVersion string
            kind string
            metadata! ObjectMeta
            addressType string
            endpoints! [Endpoint]
            ports! [EndpointPort]
        Endpoint
            addresses [string] set
            conditions! EndpointConditions
            hostname string
            targetRef ObjectReference
            deprecatedTopology {string}
            nodeName string
            zone string
            hints EndpointHints
        EndpointConditions
            ready bool
            serving bool
            terminating bool
        EndpointHints
            forZones [ForZone]
            forNodes [ForNode]
        ForZone
            name string
        ForNode
            name string
        EndpointPort atomic
            name string
            protocol string
            port int32
            appProtocol string
        """

    static let networking = """
        package io.k8s.api.networking.v1
        Ingress
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! IngressSpec
            status! IngressStatus
        IngressSpec
            ingressClassName string
            defaultBackend IngressBackend
            tls [IngressTLS]
            rules [IngressRule]
        IngressBackend
            service IngressServiceBackend
            resource TypedLocalObjectReference
        IngressServiceBackend
            name string
            port! ServiceBackendPort
        ServiceBackendPort atomic
            name string
            number int32
        IngressTLS
            hosts [string]
            secretName string
        IngressRule
            host string
            http HTTPIngressRuleValue
        HTTPIngressRuleValue
            paths [HTTPIngressPath]
        HTTPIngressPath
            path string
            pathType string
            backend! IngressBackend
        IngressStatus
            loadBalancer! IngressLoadBalancerStatus
        IngressLoadBalancerStatus
            ingress [IngressLoadBalancerIngress]
        IngressLoadBalancerIngress
            ip string
            hostname string
            ports [IngressPortStatus]
        IngressPortStatus
            port int32
            protocol string
            error string
        """

    static let coordination = """
        package io.k8s.api.coordination.v1
        Lease
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! LeaseSpec
        LeaseSpec
            holderIdentity string
            leaseDurationSeconds int32
            acquireTime microTime
            renewTime microTime
            leaseTransitions int32
            strategy string
            preferredHolder string
        """
}
