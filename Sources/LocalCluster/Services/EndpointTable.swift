import Kubernetes

/// The endpoints that take new connections, for each port of each Service.
struct EndpointTable {
    let endpoints: [ServiceRoutes.Port: [ServiceRoutes.Endpoint]]

    init(services: [KubernetesObject], slices: [KubernetesObject]) {
        let views = slices.map(EndpointSliceView.init)
        var table: [ServiceRoutes.Port: [ServiceRoutes.Endpoint]] = [:]
        for service in services.map(ServiceView.init) {
            let own = views.filter { $0.serviceName == service.name && $0.object.namespace == service.namespace }
            for port in service.ports {
                let key = ServiceRoutes.Port(namespace: service.namespace, service: service.name, name: port.name)
                let ready = Self.select(own, port.name) { $0.isReady && !$0.isTerminating }
                // Where all endpoints are terminating, those that still serve are better than none (KEP-1669).
                table[key] = ready.isEmpty ? Self.select(own, port.name) { $0.isServing && $0.isTerminating } : ready
            }
        }
        endpoints = table
    }

    private static func select(
        _ slices: [EndpointSliceView],
        _ port: String,
        where isWanted: (EndpointSliceView.Endpoint) -> Bool
    ) -> [ServiceRoutes.Endpoint] {
        slices.flatMap { slice -> [ServiceRoutes.Endpoint] in
            guard let number = slice.ports[port] else { return [] }
            return slice.endpoints.filter(isWanted)
                .compactMap { $0.addresses.first.map { ServiceRoutes.Endpoint(host: $0, port: number) } }
        }
    }
}
