import Core
import Kubernetes

/// Whether a node is one of those a pod may run on: `nodeSelector` and required node affinity.
struct NodeAffinity {
    let node: KubernetesObject

    init(_ node: KubernetesObject) { self.node = node }

    func admits(_ pod: KubernetesObject) -> Bool {
        let labels = node.labels
        for (key, value) in pod["spec", "nodeSelector"]?.object ?? [:] where labels[key] != value.string {
            return false
        }
        let required = pod["spec", "affinity", "nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]
        guard let terms = required?["nodeSelectorTerms"]?.array else { return true }
        // One of the terms must hold; an empty term holds for no node.
        return terms.contains { term in
            let expressions = term["matchExpressions"]?.array ?? []
            let fields = term["matchFields"]?.array ?? []
            guard !expressions.isEmpty || !fields.isEmpty else { return false }
            return expressions.allSatisfy { matches($0, labels) }
                && fields.allSatisfy { matches($0, ["metadata.name": node.name]) }
        }
    }

    private func matches(_ expression: JSON, _ labels: [String: String]) -> Bool {
        let value = labels[expression["key"]?.string ?? ""]
        let values = expression["values"]?.array?.compactMap(\.string) ?? []
        switch expression["operator"]?.string {
        case "In": return value.map(values.contains) ?? false
        case "NotIn": return !(value.map(values.contains) ?? false)
        case "Exists": return value != nil
        case "DoesNotExist": return value == nil
        case "Gt", "Lt":
            guard let number = value.flatMap({ Int($0) }), let limit = values.first.flatMap({ Int($0) }) else {
                return false
            }
            return expression["operator"]?.string == "Gt" ? number > limit : number < limit
        default: return false
        }
    }
}

/// Required affinity and anti-affinity to other pods. On one node, every pod is in the same place.
struct PodAffinity {
    struct BrokenRule {
        let message: String
        let isPermanent: Bool
    }

    let node: KubernetesObject
    let running: [KubernetesObject]

    func broken(by pod: KubernetesObject) -> BrokenRule? {
        let others = running.filter { !PodView($0).isFinished }
        for term in terms(pod, "podAffinity") {
            let isNear = others.contains { selects($0, term, from: pod) }
            // The first pod of a group that wants to be near itself may go anywhere.
            let isFirst = selects(pod, term, from: pod) && !others.contains { selects($0, term, from: pod) }
            guard hasTopology(term), isNear || isFirst else {
                return BrokenRule(message: "node(s) didn't match pod affinity rules", isPermanent: true)
            }
        }
        for term in terms(pod, "podAntiAffinity") where hasTopology(term) {
            if others.contains(where: { selects($0, term, from: pod) }) {
                return BrokenRule(message: "node(s) didn't match pod anti-affinity rules", isPermanent: false)
            }
        }
        for other in others {
            for term in terms(other, "podAntiAffinity") where hasTopology(term) && selects(pod, term, from: other) {
                return BrokenRule(
                    message: "node(s) didn't satisfy existing pods anti-affinity rules",
                    isPermanent: false
                )
            }
        }
        return nil
    }

    private func terms(_ pod: KubernetesObject, _ kind: String) -> [JSON] {
        pod["spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
    }

    private func hasTopology(_ term: JSON) -> Bool { node.labels[term["topologyKey"]?.string ?? ""] != nil }

    private func selects(_ pod: KubernetesObject, _ term: JSON, from owner: KubernetesObject) -> Bool {
        let namespaces = term["namespaces"]?.array?.compactMap(\.string) ?? []
        let inNamespace: Bool
        if let selector = term["namespaceSelector"] {
            // Namespaces carry no labels of interest here but their name; an empty selector means all of them.
            inNamespace = (selector.object ?? [:]).isEmpty || namespaces.contains(pod.namespace ?? "")
        } else {
            inNamespace =
                namespaces.isEmpty ? pod.namespace == owner.namespace : namespaces.contains(pod.namespace ?? "")
        }
        guard inNamespace, let selector = term["labelSelector"] else { return false }
        return (try? LabelSelector(object: selector))?.matches(pod) ?? false
    }
}
