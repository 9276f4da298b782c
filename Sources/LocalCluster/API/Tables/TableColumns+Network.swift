import Core
import Kubernetes

extension TableColumns {
    static let service: [TableColumn] = [
        .name,
        .field("Type", "How the Service is reached.", "spec", "type"),
        .field("Cluster-IP", "The Service's address.", "spec", "clusterIP"),
        TableColumn("External-IP", "Addresses from outside.") { object, _ in
            let addresses = object["spec", "externalIPs"]?.array?.compactMap(\.string) ?? []
            return .string(TableContext.orNone(addresses.joined(separator: ",")))
        },
        TableColumn("Port(s)", "Ports and their protocols.") { object, _ in
            let ports = (object["spec", "ports"]?.array ?? []).map { port in
                let node = port["nodePort"]?.int.flatMap { $0 == 0 ? nil : ":\($0)" } ?? ""
                return "\(port["port"]?.int ?? 0)\(node)/\(port["protocol"]?.string ?? "TCP")"
            }
            return .string(TableContext.orNone(ports.joined(separator: ",")))
        },
        .age,
        TableColumn("Selector", wide: true, "Labels of the pods behind it.") { object, _ in
            .string(TableContext.orNone(LabelSelector(map: object["spec", "selector"]).description))
        },
    ]

    static let endpointSlice: [TableColumn] = [
        .name,
        .field("AddressType", "The kind of addresses.", "addressType"),
        TableColumn("Ports", "Ports of all endpoints.") { object, _ in
            let ports = (object["ports"]?.array ?? []).map { $0["port"]?.int.map(String.init) ?? "*" }
            return .string(ports.isEmpty ? "<unset>" : shortened(ports, maximum: 3))
        },
        TableColumn("Endpoints", "Addresses.") { object, _ in
            let addresses = (object["endpoints"]?.array ?? []).flatMap {
                $0["addresses"]?.array?.compactMap(\.string) ?? []
            }
            return .string(addresses.isEmpty ? "<unset>" : shortened(addresses, maximum: 3))
        },
        .age,
    ]

    private static func shortened(_ items: [String], maximum: Int) -> String {
        let text = items.prefix(maximum).joined(separator: ",")
        return items.count > maximum ? "\(text) + \(items.count - maximum) more..." : text
    }

    static let ingress: [TableColumn] = [
        .name,
        .field("Class", "Which controller serves it.", "spec", "ingressClassName"),
        TableColumn("Hosts", "Host names.") { object, _ in
            let hosts = (object["spec", "rules"]?.array ?? []).compactMap { rule in
                rule["host"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            }
            return .string(hosts.isEmpty ? "*" : shortened(hosts, maximum: 3))
        },
        TableColumn("Address", "Where it is reached.") { object, _ in
            let ingress = object["status", "loadBalancer", "ingress"]?.array ?? []
            return .string(ingress.compactMap { $0["ip"]?.string ?? $0["hostname"]?.string }.joined(separator: ","))
        },
        TableColumn("Ports", "Ports.") { object, _ in
            .string(object["spec", "tls"]?.array?.isEmpty ?? true ? "80" : "80, 443")
        },
        .age,
    ]
}
