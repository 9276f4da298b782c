import Kubernetes

/// What the pods of a namespace take of a ResourceQuota.
///
/// https://kubernetes.io/docs/concepts/policy/resource-quotas/ (compute resources, object count of pods)
struct QuotaUsage {
    let pods: [KubernetesObject]

    /// The used amounts of the named resources; a resource that is not about pods counts as zero.
    func amounts(of resources: [String]) -> [String: Quantity] {
        let counted = pods.map(PodView.init).filter { !$0.isFinished }
        var result: [String: Quantity] = [:]
        for resource in resources {
            switch resource {
            case "pods", "count/pods": result[resource] = Quantity(counted.count)
            case let name where name.hasPrefix("limits."):
                result[resource] = sum(counted) { $0.limit(String(name.dropFirst("limits.".count))) }
            default:
                let name = resource.hasPrefix("requests.") ? String(resource.dropFirst("requests.".count)) : resource
                result[resource] = sum(counted) { $0.request(name) ?? $0.limit(name) }
            }
        }
        return result
    }

    private func sum(_ pods: [PodView], _ amount: (ContainerView) -> Quantity?) -> Quantity {
        pods.flatMap(\.containers).compactMap(amount).reduce(Quantity(0), +)
    }
}
