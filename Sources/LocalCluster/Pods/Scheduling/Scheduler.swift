import Core
import Kubernetes

/// Decides whether the one node can take a pod; worded as Kubernetes' scheduler words it.
struct Scheduler {
    let node: KubernetesObject
    /// The pods that are on the node already.
    let running: [KubernetesObject]
    /// The pod's namespace's claims by name.
    let claims: [String: KubernetesObject]

    /// Why the pod cannot run; nil if it can.
    func obstacle(for pod: KubernetesObject) -> String? {
        for volume in pod["spec", "volumes"]?.array ?? [] {
            guard let name = volume[path: "persistentVolumeClaim", "claimName"]?.string else { continue }
            guard let claim = claims[name], !claim.isBeingDeleted else {
                return "0/1 nodes are available: persistentvolumeclaim \"\(name)\" not found. not found"
            }
            if claim["status", "phase"]?.string != "Bound" {
                return sentence("pod has unbound immediate PersistentVolumeClaims", count: nil, isPermanent: true)
            }
        }
        if node["spec", "unschedulable"]?.bool ?? false {
            return sentence("node(s) were unschedulable", count: 1, isPermanent: true)
        }
        if !NodeAffinity(node).admits(pod) {
            return sentence("node(s) didn't match Pod's node affinity/selector", count: 1, isPermanent: true)
        }
        if let rule = PodAffinity(node: node, running: running).broken(by: pod) {
            return sentence(rule.message, count: 1, isPermanent: rule.isPermanent)
        }
        return lacking(for: pod)
    }

    private func lacking(for pod: KubernetesObject) -> String? {
        var missing: [String] = []
        var isPermanent = false
        let active = running.filter { !PodView($0).isFinished }
        if let pods = Quantity(node["status", "allocatable", "pods"]), Quantity(active.count + 1) > pods {
            missing.append("Too many pods")
        }
        for (resource, asked) in PodRequests.sum(pod).sorted(by: { $0.key < $1.key }) where asked > .zero {
            guard let all = Quantity(node["status", "allocatable", resource]) else {
                missing.append("Insufficient \(resource)")
                isPermanent = true
                continue
            }
            let used = active.reduce(Quantity.zero) { $0 + (PodRequests.sum($1)[resource] ?? .zero) }
            if used + asked > all {
                missing.append("Insufficient \(resource)")
                if asked > all { isPermanent = true }
            }
        }
        guard !missing.isEmpty else { return nil }
        return sentence(missing.joined(separator: ", 1 "), count: 1, isPermanent: isPermanent)
    }

    /// The scheduler's whole sentence. `isPermanent`: ending other pods would not help.
    private func sentence(_ what: String, count: Int?, isPermanent: Bool) -> String {
        let preemption =
            isPermanent ? "Preemption is not helpful for scheduling" : "No preemption victims found for incoming pod"
        return "0/1 nodes are available: \(count.map { "\($0) " } ?? "")\(what). no new claims to deallocate, "
            + "preemption: 0/1 nodes are available: 1 \(preemption)."
    }
}

/// What a pod asks a node for.
enum PodRequests {
    /// The containers that run together, or the largest initial one if that asks for more; overhead included.
    static func sum(_ pod: KubernetesObject) -> [String: Quantity] {
        let view = PodView(pod)
        var together: [String: Quantity] = [:]
        for container in view.containers { add(requests(container), to: &together) }
        var sidecars: [String: Quantity] = [:]
        var result: [String: Quantity] = [:]
        for container in view.initContainers {
            var peak = sidecars
            add(requests(container), to: &peak)
            if container.isSidecar { sidecars = peak }
            result.merge(peak) { max($0, $1) }
        }
        add(sidecars, to: &together)
        result.merge(together) { max($0, $1) }
        add(quantities(pod["spec", "overhead"]), to: &result)
        return result
    }

    private static func requests(_ container: ContainerView) -> [String: Quantity] {
        quantities(container.json[path: "resources", "requests"])
    }

    private static func quantities(_ json: JSON?) -> [String: Quantity] {
        (json?.object ?? [:]).compactMapValues { Quantity($0) }
    }

    private static func add(_ more: [String: Quantity], to sum: inout [String: Quantity]) {
        sum.merge(more) { $0 + $1 }
    }
}
