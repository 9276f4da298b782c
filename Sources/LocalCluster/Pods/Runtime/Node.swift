import Core
import Foundation
import Kubernetes

/// The one node: this machine, as an object of the cluster.
struct Node: Sendable {
    let name: String
    let address: String

    var facts: NodeFacts {
        NodeFacts(
            name: name,
            cpus: max(1, ProcessInfo.processInfo.processorCount),
            memoryBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory)
        )
    }

    private static let heartbeat = Duration.seconds(60)

    /// Makes the node, or brings it up to date; labels and taints that users have set stay.
    func register(in store: ObjectStore) async throws {
        if await store.get(.node, name: name) == nil {
            var node = KubernetesObject(.node, name: name, content: ["spec": [:]])
            node.labels = labels
            _ = try await store.create(node, options: WriteOptions(manager: .kubelet))
        } else {
            _ = try await store.modify(.node, name: name, options: WriteOptions(manager: .kubelet)) { [labels] node in
                node.labels.merge(labels) { _, new in new }
            }
        }
        try await report(to: store)
    }

    /// Says now and then that the node is alive.
    func keepAlive(in store: ObjectStore) async {
        while (try? await Task.sleep(for: Self.heartbeat)) != nil { try? await report(to: store) }
    }

    private var labels: [String: String] {
        [
            LabelName.hostname: name, "kubernetes.io/os": "linux", "kubernetes.io/arch": Self.architecture,
            "node-role.kubernetes.io/control-plane": "",
        ]
    }

    private static var architecture: String {
        #if arch(arm64)
            "arm64"
        #else
            "amd64"
        #endif
    }

    private func report(to store: ObjectStore) async throws {
        let facts = facts
        let now = JSON.string(KubernetesTime.text(Date()))
        let resources: JSON = [
            "cpu": .string(String(facts.cpus)), "memory": .string("\(facts.memoryBytes / 1024)Ki"),
            "pods": .string(String(NodeFacts.maximumPods)),
        ]
        let ready: JSON = [
            "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "the pod runtime runs",
            "lastHeartbeatTime": now,
        ]
        let addresses: JSON = [
            ["type": "InternalIP", "address": .string(address)], ["type": "Hostname", "address": .string(name)],
        ]
        let system: JSON = [
            "operatingSystem": "linux", "architecture": .string(Self.architecture),
            "kernelVersion": .string(Self.kernelVersion), "osImage": .string(Self.systemName),
            "containerRuntimeVersion": "slipway://0.1.0", "kubeletVersion": "v1.36.0", "kubeProxyVersion": "",
            "machineID": "", "systemUUID": "", "bootID": .string(ProcessTable.boot),
        ]
        _ = try await store.modify(
            .node,
            name: name,
            subresource: .status,
            options: WriteOptions(manager: .kubelet)
        ) { node in
            var condition = ready
            condition["lastTransitionTime"] = node.condition("Ready")?.json["lastTransitionTime"] ?? now
            node["status", "conditions"] = [condition]
            node["status", "capacity"] = resources
            node["status", "allocatable"] = resources
            node["status", "addresses"] = addresses
            node["status", "nodeInfo"] = system
        }
    }

    private static var kernelVersion: String {
        (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }

    private static var systemName: String {
        let text = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        return line.map { $0.dropFirst(12).trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
            ?? ProcessInfo.processInfo.operatingSystemVersionString
    }
}
