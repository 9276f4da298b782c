import Core
import Kubernetes

/// Refuses a pod that would take more than a ResourceQuota of its namespace allows.
struct QuotaAdmission: AdmissionPlugin {
    func admit(
        _ object: inout KubernetesObject,
        old: KubernetesObject?,
        _ operation: WriteOperation,
        in view: StoreView
    ) throws(KubernetesStatusError) {
        guard operation == .create, object.type == .pod else { return }
        let quotas = view.list(.resourceQuota, namespace: object.namespace)
        guard !quotas.isEmpty else { return }
        let pods = view.list(.pod, namespace: object.namespace)
        for quota in quotas {
            let hard = (quota["spec", "hard"]?.object ?? [:]).compactMapValues { Quantity($0) }
            let names = hard.keys.sorted()
            let used = QuotaUsage(pods: pods).amounts(of: names)
            let requested = QuotaUsage(pods: [object]).amounts(of: names)
            let exceeded = names.filter { name in
                (used[name] ?? .zero) + (requested[name] ?? .zero) > (hard[name] ?? .zero)
            }
            guard !exceeded.isEmpty else { continue }
            func amounts(_ values: [String: Quantity]) -> String {
                exceeded.map { "\($0)=\(values[$0] ?? .zero)" }.joined(separator: ",")
            }
            throw .forbidden(
                .pod,
                object.name,
                "exceeded quota: \(quota.name), requested: \(amounts(requested)), used: \(amounts(used)), "
                    + "limited: \(amounts(hard))"
            )
        }
    }
}
