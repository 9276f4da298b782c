import Core
import Foundation
import Kubernetes

/// Puts a container's environment together: services, `envFrom`, `env`, each able to refer to what came before.
struct EnvironmentBuilder {
    let context: PodContext
    let container: ContainerView

    /// - Throws: `ContainerConfigurationError` for something that is missing and not optional.
    func build() throws(ContainerConfigurationError) -> [String: String] {
        var variables = serviceLinks()
        for source in container.json["envFrom"]?.array ?? [] {
            let prefix = source["prefix"]?.string ?? ""
            for (name, value) in try values(from: source) { variables[prefix + name] = value }
        }
        for entry in container.json["env"]?.array ?? [] {
            guard let name = entry["name"]?.string else { continue }
            if let source = entry["valueFrom"] {
                if let value = try value(from: source) { variables[name] = value }
            } else {
                variables[name] = VariableExpansion.expand(entry["value"]?.string ?? "", variables)
            }
        }
        return variables
    }

    private func values(from source: JSON) throws(ContainerConfigurationError) -> [String: String] {
        if let reference = source["configMapRef"] {
            guard let object = try object("configmap", reference, context.configMaps) else { return [:] }
            return (object["data"]?.object ?? [:]).compactMapValues(\.string)
        }
        if let reference = source["secretRef"] {
            guard let object = try object("secret", reference, context.secrets) else { return [:] }
            return (object["data"]?.object ?? [:]).compactMapValues(Self.decoded)
        }
        return [:]
    }

    /// Nil where something optional is missing.
    private func value(from source: JSON) throws(ContainerConfigurationError) -> String? {
        if let reference = source["configMapKeyRef"] {
            guard let object = try object("configmap", reference, context.configMaps) else { return nil }
            let key = reference["key"]?.string ?? ""
            if let value = object["data", key]?.string { return value }
            return try missing(key, in: "ConfigMap", reference)
        }
        if let reference = source["secretKeyRef"] {
            guard let object = try object("secret", reference, context.secrets) else { return nil }
            let key = reference["key"]?.string ?? ""
            if let value = object["data", key].flatMap(Self.decoded) { return value }
            return try missing(key, in: "Secret", reference)
        }
        if let reference = source["fieldRef"] {
            let path = reference["fieldPath"]?.string ?? ""
            guard let value = context.field(path) else {
                throw ContainerConfigurationError(.configuration, "unsupported fieldPath: \(path)")
            }
            return value
        }
        if let reference = source["resourceFieldRef"] {
            let name = reference["resource"]?.string ?? ""
            let divisor = reference["divisor"]?.string ?? reference["divisor"]?.int.map(String.init)
            guard let value = context.resource(name, of: referred(reference), divisor: divisor) else {
                throw ContainerConfigurationError(.configuration, "unsupported container resource : \(name)")
            }
            return value
        }
        throw ContainerConfigurationError(.configuration, "a valueFrom of a kind the local cluster does not support")
    }

    private func referred(_ reference: JSON) -> ContainerView {
        guard let name = reference["containerName"]?.string, !name.isEmpty else { return container }
        let pod = PodView(context.pod)
        return (pod.initContainers + pod.containers).first { $0.name == name } ?? container
    }

    private func object(
        _ kind: String,
        _ reference: JSON,
        _ known: [String: KubernetesObject]
    ) throws(ContainerConfigurationError) -> KubernetesObject? {
        let name = reference["name"]?.string ?? ""
        if let object = known[name] { return object }
        if reference["optional"]?.bool ?? false { return nil }
        throw ContainerConfigurationError(.configuration, "\(kind) \"\(name)\" not found")
    }

    private func missing(
        _ key: String,
        in kind: String,
        _ reference: JSON
    ) throws(ContainerConfigurationError) -> String? {
        if reference["optional"]?.bool ?? false { return nil }
        throw ContainerConfigurationError(
            .configuration,
            "couldn't find key \(key) in \(kind) \(context.namespace)/\(reference["name"]?.string ?? "")"
        )
    }

    private static func decoded(_ value: JSON) -> String? {
        value.string.flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// `NAME_SERVICE_HOST`, `NAME_SERVICE_PORT`, and Docker's old forms, for every service of the namespace.
    private func serviceLinks() -> [String: String] {
        guard context.pod["spec", "enableServiceLinks"]?.bool ?? true else { return [:] }
        var variables: [String: String] = [:]
        for service in context.services {
            guard let host = service.clusterIP, !host.isEmpty, !service.isHeadless, let first = service.ports.first
            else { continue }
            let name = service.name.uppercased().replacing("-", with: "_")
            variables["\(name)_SERVICE_HOST"] = host
            variables["\(name)_SERVICE_PORT"] = String(first.port)
            variables["\(name)_PORT"] = "\(first.protocol.lowercased())://\(host):\(first.port)"
            for port in service.ports {
                if !port.name.isEmpty {
                    let suffix = port.name.uppercased().replacing("-", with: "_")
                    variables["\(name)_SERVICE_PORT_\(suffix)"] = String(port.port)
                }
                let prefix = "\(name)_PORT_\(port.port)_\(port.protocol)"
                variables[prefix] = "\(port.protocol.lowercased())://\(host):\(port.port)"
                variables["\(prefix)_PROTO"] = port.protocol.lowercased()
                variables["\(prefix)_PORT"] = String(port.port)
                variables["\(prefix)_ADDR"] = host
            }
        }
        return variables
    }
}
