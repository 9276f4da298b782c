import Core
import Foundation
import Images
import Kubernetes

/// What a user wants to know about a local cluster at a glance.
package struct ClusterStatus: Sendable {
    package struct Node: Sendable {
        package let name: String
        package let isReady: Bool
    }

    package struct Pod: Sendable {
        package let namespace: String
        package let name: String
        package let ready: String
        package let status: String
        package let restarts: String
        package let age: String
        package let address: String?
    }

    package struct ServiceAddress: Sendable {
        package let namespace: String
        package let name: String
        /// `127.96.1.1:80`, one for each port.
        package let addresses: [String]
    }

    /// Nil where no server runs.
    package let record: ClusterRecord?
    package let kubeconfig: URL
    package let nodes: [Node]
    package let pods: [Pod]
    package let services: [ServiceAddress]

    package var isRunning: Bool { record != nil }

    /// Asks the cluster of a folder through its API, as any client would.
    ///
    /// - Throws: `SlipwayError`, `ClusterError` or `KubernetesStatusError` when a server runs and does not answer.
    package static func read(_ directory: ClusterDirectory, now: Date = Date()) async throws -> ClusterStatus {
        guard let record = ClusterRecord.running(in: directory) else {
            return ClusterStatus(record: nil, kubeconfig: directory.kubeconfig, nodes: [], pods: [], services: [])
        }
        let connection = try ClusterConnection.resolve(.file(directory.kubeconfig), environment: [:])
        return try await KubernetesClient.with(connection) { client in
            let nodes = try await client.list(.node).items
            let pods = try await client.list(.pod).items
            let services = try await client.list(.service).items
            return ClusterStatus(
                record: record,
                kubeconfig: directory.kubeconfig,
                nodes: nodes.map { Node(name: $0.name, isReady: $0.condition("Ready")?.isTrue ?? false) },
                pods: pods.map { pod($0, now: now) },
                services: services.map(service)
            )
        }
    }

    private static func pod(_ object: KubernetesObject, now: Date) -> Pod {
        let context = TableContext(now: now)
        let summary = PodSummary(object, context)
        return Pod(
            namespace: object.namespace ?? "",
            name: object.name,
            ready: summary.ready,
            status: summary.status,
            restarts: summary.restarts,
            age: context.since(object.creationTimestamp),
            address: PodView(object).podIP
        )
    }

    private static func service(_ object: KubernetesObject) -> ServiceAddress {
        let host = object["spec", "clusterIP"]?.string ?? ""
        let ports = (object["spec", "ports"]?.array ?? []).compactMap { $0["port"]?.int }
        return ServiceAddress(
            namespace: object.namespace ?? "",
            name: object.name,
            addresses: host.isEmpty || host == "None" ? [] : ports.map { "\(host):\($0)" }
        )
    }

    // MARK: Output

    package func text(now: Date = Date()) -> String {
        guard let record else {
            return "The local cluster is not running.\nStart it with: slipway cluster up\n"
        }
        let age = HumanDuration.text(since: record.started, now: now)
        var rows = [
            ["cluster", "running for \(age), process \(record.process.pid)"], ["server", record.address],
            ["kubeconfig", kubeconfig.path],
        ]
        rows += nodes.map { ["node", "\($0.name) \($0.isReady ? "Ready" : "NotReady")"] }
        rows += record.notes.map { ["note", $0] }
        var text = TextTable.render(rows) + "\n"
        if !services.isEmpty {
            let lines = services.map { [$0.namespace, $0.name, $0.addresses.joined(separator: " ")] }
            text += "\n" + TextTable.render([["NAMESPACE", "SERVICE", "ADDRESS"]] + lines) + "\n"
        }
        if !pods.isEmpty {
            let lines = pods.map { [$0.namespace, $0.name, $0.ready, $0.status, $0.restarts, $0.age] }
            let head = ["NAMESPACE", "POD", "READY", "STATUS", "RESTARTS", "AGE"]
            text += "\n" + TextTable.render([head] + lines) + "\n"
        }
        return text
    }

    package var json: JSON {
        guard let record else { return ["running": false, "kubeconfig": .string(kubeconfig.path)] }
        let pods = pods.map { pod -> JSON in
            var entry: JSON = [
                "namespace": .string(pod.namespace), "name": .string(pod.name), "ready": .string(pod.ready),
                "status": .string(pod.status), "restarts": .string(pod.restarts),
            ]
            entry["address"] = pod.address.map(JSON.string)
            return entry
        }
        let services = services.map { service -> JSON in
            [
                "namespace": .string(service.namespace), "name": .string(service.name),
                "addresses": .array(service.addresses.map(JSON.string)),
            ]
        }
        let nodes = nodes.map { node -> JSON in ["name": .string(node.name), "ready": .bool(node.isReady)] }
        return [
            "running": true, "pid": .int(Int64(record.process.pid)), "server": .string(record.address),
            "started": .string(KubernetesTime.text(record.started)), "kubeconfig": .string(kubeconfig.path),
            "notes": .array(record.notes.map(JSON.string)), "nodes": .array(nodes), "pods": .array(pods),
            "services": .array(services),
        ]
    }
}
