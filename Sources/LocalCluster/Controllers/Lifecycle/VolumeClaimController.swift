import Core
import Kubernetes

/// Binds volume claims at once: on one machine a volume is a folder, and there is always one more.
struct VolumeClaimController: Controller {
    let name = "persistentvolume-controller"
    let store: ObjectStore

    var watched: [WatchedResource] {
        [.itself(.persistentVolumeClaim)]
    }

    func reconcile(_ key: ReconcileKey) async throws -> Duration? {
        guard var claim = await store.get(.persistentVolumeClaim, namespace: key.namespace, name: key.name),
            claim["status", "phase"]?.string != "Bound", !claim.isBeingDeleted
        else { return nil }
        if claim["spec", "volumeName"] == nil {
            claim["spec", "volumeName"] = .string("pvc-\(claim.uid ?? claim.name)")
            claim = try await store.update(claim)
        }
        claim["status", "phase"] = "Bound"
        claim["status", "accessModes"] = claim["spec", "accessModes"] ?? ["ReadWriteOnce"]
        claim["status", "capacity"] = claim["spec", "resources"]?["requests"]
        _ = try await store.updateStatus(claim)
        return nil
    }
}
