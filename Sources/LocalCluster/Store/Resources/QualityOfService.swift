import Core
import Kubernetes

/// A pod's class for eviction, from its containers' requests and limits.
enum QualityOfService {
    static func of(_ pod: KubernetesObject) -> String {
        let containers = ["initContainers", "containers"].flatMap { pod["spec", $0]?.array ?? [] }
        let amounts = containers.map { container in
            (
                limits: container[path: "resources", "limits"]?.object ?? [:],
                requests: container[path: "resources", "requests"]?.object ?? [:]
            )
        }
        if amounts.allSatisfy({ $0.limits.isEmpty && $0.requests.isEmpty }) { return "BestEffort" }
        let isGuaranteed = amounts.allSatisfy { amount in
            ["cpu", "memory"].allSatisfy { name in
                guard let limit = Quantity(amount.limits[name]) else { return false }
                return Quantity(amount.requests[name]).map { $0 == limit } ?? true
            }
        }
        return isGuaranteed ? "Guaranteed" : "Burstable"
    }
}
