import Core
import Kubernetes

/// What a proxy path names: `name`, `name:port`, `scheme:name:port`; the port is a number or a name.
struct ProxyDestination: Sendable, Hashable {
    let name: String
    let port: String
    let scheme: String

    /// - Throws: `KubernetesStatusError` (bad request) for another form.
    init(_ text: String) throws(KubernetesStatusError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: (scheme, name, port) = ("http", parts[0], "")
        case 2: (scheme, name, port) = ("http", parts[0], parts[1])
        case 3: (scheme, name, port) = (parts[0].isEmpty ? "http" : parts[0], parts[1], parts[2])
        default: throw .badRequest("invalid proxy request \"\(text)\"")
        }
        guard !name.isEmpty, ["http", "https"].contains(scheme) else {
            throw .badRequest("invalid proxy request \"\(text)\"")
        }
    }
}

/// Finds the address behind a proxy request.
struct ProxyResolver: Sendable {
    let store: ObjectStore
    let addressing: any PodAddressing

    /// The port of a pod: by number, by the name of a container's port, or the first one there is.
    ///
    /// - Throws: `KubernetesStatusError`: 404 for no such pod, 400 for no such port, 503 for a pod without address.
    func pod(_ destination: ProxyDestination, namespace: String?) async throws -> PodAddress {
        let pod = try await store.require(.pod, namespace: namespace, name: destination.name)
        return try await addressing.address(of: pod, port: try Self.port(destination.port, of: pod))
    }

    private static func port(_ text: String, of pod: KubernetesObject) throws(KubernetesStatusError) -> Int {
        if let number = Int(text) {
            guard (1...65_535).contains(number) else { throw .badRequest("invalid port \(number)") }
            return number
        }
        let ports = (pod["spec", "containers"]?.array ?? []).flatMap { $0["ports"]?.array ?? [] }
        if text.isEmpty { return ports.first?["containerPort"]?.int ?? 80 }
        guard let port = ports.first(where: { $0["name"]?.string == text })?["containerPort"]?.int else {
            throw .badRequest("pod \(pod.name) has no port named \"\(text)\"")
        }
        return port
    }

    /// One of a Service's ready endpoints, by chance.
    ///
    /// - Throws: `KubernetesStatusError`: 404 for no such Service, 503 for one without such a port or endpoints.
    func service(_ destination: ProxyDestination, namespace: String?) async throws -> PodAddress {
        let service = try await store.require(.service, namespace: namespace, name: destination.name)
        let none = KubernetesStatusError.serviceUnavailable(
            "no endpoints available for service \"\(destination.name)\""
        )
        guard let portName = Self.portName(destination.port, of: service) else {
            throw KubernetesStatusError.serviceUnavailable(
                "no service port \"\(destination.port)\" found for service \"\(destination.name)\""
            )
        }
        let labels = LabelSelector(matching: [LabelName.serviceName: destination.name])
        let slices = await store.list(.endpointSlice, namespace: namespace, labels: labels).items
        let endpoints = slices.flatMap { Self.endpoints(in: $0, port: portName) }
        guard let endpoint = endpoints.randomElement() else { throw none }
        guard let name = endpoint.pod else { return PodAddress(host: endpoint.host, port: endpoint.port) }
        guard let pod = await store.get(.pod, namespace: namespace, name: name) else { throw none }
        return try await addressing.address(of: pod, port: endpoint.port)
    }

    /// The name of the Service's port that a number or a name means; nil for none.
    private static func portName(_ text: String, of service: KubernetesObject) -> String? {
        let ports = service["spec", "ports"]?.array ?? []
        let port =
            if text.isEmpty {
                ports.count == 1 ? ports.first : ports.first { $0["name"]?.string?.isEmpty ?? true }
            } else {
                ports.first { $0["name"]?.string == text || $0["port"]?.int == Int(text) && Int(text) != nil }
            }
        return port.map { $0["name"]?.string ?? "" }
    }

    private struct Endpoint {
        let pod: String?
        let host: String
        let port: Int
    }

    private static func endpoints(in slice: KubernetesObject, port name: String) -> [Endpoint] {
        let ports = slice["ports"]?.array ?? []
        guard let port = ports.first(where: { ($0["name"]?.string ?? "") == name })?["port"]?.int else { return [] }
        return (slice["endpoints"]?.array ?? [])
            .filter { $0[path: "conditions", "ready"]?.bool ?? true }
            .flatMap { endpoint in
                (endpoint["addresses"]?.array ?? []).compactMap(\.string).map { address in
                    let isPod = endpoint[path: "targetRef", "kind"] == "Pod"
                    let pod = isPod ? endpoint[path: "targetRef", "name"]?.string : nil
                    return Endpoint(pod: pod, host: address, port: port)
                }
            }
    }
}
