extension BuiltInTypes {
    static let discovery = """
        package io.k8s.api.discovery.v1
        EndpointSlice
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            addressType string #4
            endpoints! [Endpoint] #2
            ports! [EndpointPort] #3
        Endpoint
            addresses [string] set #1
            conditions! EndpointConditions #2
            hostname? string #3
            targetRef ObjectReference #4
            deprecatedTopology {string} #5
            nodeName? string #6
            zone? string #7
            hints EndpointHints #8
        EndpointConditions
            ready? bool #1
            serving? bool #2
            terminating? bool #3
        EndpointHints
            forZones [ForZone] #1
            forNodes [ForNode]
        ForZone
            name string #1
        ForNode
            name string
        EndpointPort atomic
            name? string #1
            protocol? string #2
            port? int32 #3
            appProtocol? string #4
        """

    static let networking = """
        package io.k8s.api.networking.v1
        Ingress
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! IngressSpec #2
            status! IngressStatus #3
        IngressSpec
            ingressClassName? string #4
            defaultBackend IngressBackend #1
            tls [IngressTLS] #2
            rules [IngressRule] #3
        IngressBackend
            service IngressServiceBackend #4
            resource TypedLocalObjectReference #3
        IngressServiceBackend
            name string #1
            port! ServiceBackendPort #2
        ServiceBackendPort atomic
            name string #1
            number int32 #2
        IngressTLS
            hosts [string] #1
            secretName string #2
        IngressRule
            host string #1
            ...IngressRuleValue #2
        IngressRuleValue
            http HTTPIngressRuleValue #1
        HTTPIngressRuleValue
            paths [HTTPIngressPath] #1
        HTTPIngressPath
            path string #1
            pathType? string #3
            backend! IngressBackend #2
        IngressStatus
            loadBalancer! IngressLoadBalancerStatus #1
        IngressLoadBalancerStatus
            ingress [IngressLoadBalancerIngress] #1
        IngressLoadBalancerIngress
            ip string #1
            hostname string #2
            ports [IngressPortStatus] #4
        IngressPortStatus
            port int32 #1
            protocol string #2
            error? string #3
        """

    static let coordination = """
        package io.k8s.api.coordination.v1
        Lease
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! LeaseSpec #2
        LeaseSpec
            holderIdentity? string #1
            leaseDurationSeconds? int32 #2
            acquireTime microTime #3
            renewTime microTime #4
            leaseTransitions? int32 #5
            strategy? string #6
            preferredHolder? string #7
        """
}
