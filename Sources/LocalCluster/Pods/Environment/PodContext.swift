import Core
import Kubernetes

/// What a pod's containers can refer to.
struct PodContext: Sendable {
    let pod: KubernetesObject
    let address: String
    let hostAddress: String
    let node: NodeFacts
    /// The namespace's objects by name, as far as the pod names them.
    var configMaps: [String: KubernetesObject] = [:]
    var secrets: [String: KubernetesObject] = [:]
    var claims: [String: KubernetesObject] = [:]
    /// Services that show themselves as variables.
    var services: [ServiceView] = []

    var namespace: String { pod.namespace ?? "" }

    /// The value of a `fieldRef`; nil for a field that cannot be had.
    func field(_ path: String) -> String? {
        if let key = Self.subscriptKey(path, "metadata.labels") { return pod.labels[key] ?? "" }
        if let key = Self.subscriptKey(path, "metadata.annotations") { return pod.annotations[key] ?? "" }
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return namespace
        case "metadata.uid": return pod.uid ?? ""
        case "metadata.labels": return Self.lines(pod.labels)
        case "metadata.annotations": return Self.lines(pod.annotations)
        case "spec.nodeName": return node.name
        case "spec.serviceAccountName": return pod["spec", "serviceAccountName"]?.string ?? ""
        case "status.hostIP", "status.hostIPs": return hostAddress
        case "status.podIP", "status.podIPs": return address
        default: return nil
        }
    }

    /// The value of a `resourceFieldRef`: what is asked for or allowed, in units of `divisor`, rounded up.
    func resource(_ name: String, of container: ContainerView, divisor: String?) -> String? {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, ["limits", "requests"].contains(parts[0]) else { return nil }
        let divisor = divisor.flatMap { $0 == "0" ? nil : Quantity($0) } ?? Quantity(1)
        let amount: Quantity
        if parts[0] == "limits" {
            // Without a limit, a container may use what the node has.
            guard let limit = container.limit(parts[1]) ?? node.allocatable(parts[1]) else { return nil }
            amount = limit
        } else {
            amount = container.request(parts[1]) ?? container.limit(parts[1]) ?? .zero
        }
        guard divisor.nanos > 0 else { return nil }
        return String((amount.nanos + divisor.nanos - 1) / divisor.nanos)
    }

    private static func subscriptKey(_ path: String, _ prefix: String) -> String? {
        guard path.hasPrefix("\(prefix)['"), path.hasSuffix("']") else { return nil }
        return String(path.dropFirst(prefix.count + 2).dropLast(2))
    }

    private static func lines(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\(JSON.string($0.value).text())" }.joined(separator: "\n")
    }
}

/// What the one node has.
struct NodeFacts: Sendable, Hashable {
    let name: String
    let cpus: Int
    let memoryBytes: Int
    static let maximumPods = 110

    func allocatable(_ resource: String) -> Quantity? {
        switch resource {
        case "cpu": Quantity(cpus)
        case "memory": Quantity(memoryBytes, format: .binary)
        case "pods": Quantity(Self.maximumPods)
        default: nil
        }
    }
}
