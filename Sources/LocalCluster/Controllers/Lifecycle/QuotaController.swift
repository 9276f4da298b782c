import Core
import Kubernetes

/// Shows in each ResourceQuota's status how much of it is used; the API server refuses what would exceed it.
struct QuotaController: Controller {
    let name = "resourcequota-controller"
    let store: ObjectStore

    var watched: [WatchedResource] {
        [
            .itself(.resourceQuota),
            WatchedResource(type: .pod) { [store] pod in
                await store.list(.resourceQuota, namespace: pod.namespace).items.map { ReconcileKey($0) }
            },
        ]
    }

    func reconcile(_ key: ReconcileKey) async throws -> Duration? {
        guard let quota = await store.get(.resourceQuota, namespace: key.namespace, name: key.name),
            let hard = quota["spec", "hard"]?.object
        else { return nil }
        let pods = await store.list(.pod, namespace: key.namespace).items
        var changed = quota
        changed["status", "hard"] = .object(hard)
        changed["status", "used"] = .object(
            QuotaUsage(pods: pods).amounts(of: Array(hard.keys)).mapValues { .string($0.description) }
        )
        if changed != quota { _ = try await store.updateStatus(changed) }
        return nil
    }
}
