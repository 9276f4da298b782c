import Core

/// A pod template, or the same part of a Pod: labels and containers.
package struct PodTemplateView: Sendable, Hashable {
    package let json: JSON

    package init(_ json: JSON) { self.json = json }

    package var labels: [String: String] {
        (json[path: "metadata", "labels"]?.object ?? [:]).compactMapValues(\.string)
    }
    package var containers: [ContainerView] { list("containers") }
    package var initContainers: [ContainerView] { list("initContainers") }

    package func container(named name: String) -> ContainerView? { containers.first { $0.name == name } }

    private func list(_ field: String) -> [ContainerView] {
        json[path: "spec", field]?.array?.map(ContainerView.init) ?? []
    }
}

/// A container as a pod template declares it.
package struct ContainerView: Sendable, Hashable {
    package let json: JSON

    package init(_ json: JSON) { self.json = json }

    package var name: String { json["name"]?.string ?? "" }
    package var image: String { json["image"]?.string ?? "" }
    /// `Always`, `IfNotPresent` or `Never`; nil where the default for the image's tag applies.
    package var imagePullPolicy: String? { json["imagePullPolicy"]?.string }
    package var ports: [Port] { json["ports"]?.array?.map(Port.init) ?? [] }
    /// An init container with `restartPolicy: Always` is a sidecar: it runs on beside the others.
    package var isSidecar: Bool { json["restartPolicy"]?.string == "Always" }

    package func request(_ resource: String) -> Quantity? { Quantity(json[path: "resources", "requests", resource]) }
    package func limit(_ resource: String) -> Quantity? { Quantity(json[path: "resources", "limits", resource]) }

    package struct Port: Sendable, Hashable {
        package let name: String?
        package let containerPort: Int
        package let `protocol`: String

        init(_ json: JSON) {
            name = json["name"]?.string
            containerPort = json["containerPort"]?.int ?? 0
            `protocol` = json["protocol"]?.string ?? "TCP"
        }
    }
}
