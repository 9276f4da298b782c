import Core

/// The addresses behind a Service, with whether each takes traffic.
package struct EndpointSliceView: Sendable, Hashable {
    package struct Endpoint: Sendable, Hashable {
        package let addresses: [String]
        /// Takes new connections. Unknown counts as ready.
        package let isReady: Bool
        /// Still answers, even while it is being terminated.
        package let isServing: Bool
        package let isTerminating: Bool
        package let podName: String?
        package let podUID: String?
    }

    package let object: KubernetesObject

    package init(_ object: KubernetesObject) { self.object = object }

    package var serviceName: String? { object.labels[LabelName.serviceName] }

    package var endpoints: [Endpoint] {
        (object["endpoints"]?.array ?? []).map { json in
            let ready = json[path: "conditions", "ready"]?.bool ?? true
            let target = json["targetRef"]
            return Endpoint(
                addresses: json["addresses"]?.array?.compactMap(\.string) ?? [],
                isReady: ready,
                isServing: json[path: "conditions", "serving"]?.bool ?? ready,
                isTerminating: json[path: "conditions", "terminating"]?.bool ?? false,
                podName: target?["kind"]?.string == "Pod" ? target?["name"]?.string : nil,
                podUID: target?["kind"]?.string == "Pod" ? target?["uid"]?.string : nil
            )
        }
    }

    /// Port numbers by port name.
    package var ports: [String: Int] {
        Dictionary(
            (object["ports"]?.array ?? []).compactMap { json in
                json["port"]?.int.map { (json["name"]?.string ?? "", $0) }
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
