import Core

/// What traffic needs of a Service.
package struct ServiceView: Sendable, Hashable {
    package struct Port: Sendable, Hashable {
        package let name: String
        package let port: Int
        /// A number, or the name of a container's port.
        package let targetPort: Target
        package let `protocol`: String
        package let nodePort: Int?
    }

    package enum Target: Sendable, Hashable {
        case number(Int)
        case name(String)
    }

    package let object: KubernetesObject

    package init(_ object: KubernetesObject) { self.object = object }

    package var name: String { object.name }
    package var namespace: String { object.namespace ?? "" }
    /// Nil for a Service without a selector: its endpoints are managed by hand.
    package var selector: LabelSelector? {
        let map = object["spec", "selector"]
        return map?.object?.isEmpty ?? true ? nil : LabelSelector(map: map)
    }
    package var type: String { object["spec", "type"]?.string ?? "ClusterIP" }
    /// Nil before one is given; `None` for a headless Service.
    package var clusterIP: String? { object["spec", "clusterIP"]?.string }
    package var isHeadless: Bool { clusterIP == "None" }
    package var publishesNotReadyAddresses: Bool { object["spec", "publishNotReadyAddresses"]?.bool ?? false }

    package var ports: [Port] {
        (object["spec", "ports"]?.array ?? []).map { json in
            let port = json["port"]?.int ?? 0
            let target: Target =
                switch json["targetPort"] {
                case .string(let name): .name(name)
                case .some(let value): .number(value.int ?? port)
                case nil: .number(port)
                }
            return Port(
                name: json["name"]?.string ?? "",
                port: port,
                targetPort: target,
                protocol: json["protocol"]?.string ?? "TCP",
                nodePort: json["nodePort"]?.int
            )
        }
    }
}
