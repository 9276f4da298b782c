import Core
import Kubernetes

/// Deletes objects whose owners are gone, and carries out foreground and orphaning deletion.
///
/// The rules: https://kubernetes.io/docs/concepts/architecture/garbage-collection/
struct GarbageCollector: Controller {
    let name = "garbage-collector"
    let store: ObjectStore
    static let foreground = "foregroundDeletion"
    static let orphan = "orphan"

    /// Types that own others or are owned.
    private static let types: [ResourceType] = [
        .deployment, .replicaSet, .pod, .service, .endpointSlice, .configMap, .secret, .job, .persistentVolumeClaim,
    ]

    /// Every pass looks at the whole namespace: the key's name says nothing.
    var watched: [WatchedResource] {
        Self.types.map { type in
            WatchedResource(type: type) { object in
                let matters = !object.ownerReferences.isEmpty || object.isBeingDeleted || type != .pod
                return matters ? [ReconcileKey(namespace: object.namespace, name: "")] : []
            }
        }
    }

    func reconcile(_ key: ReconcileKey) async throws -> Duration? {
        var objects: [(type: ResourceType, object: KubernetesObject)] = []
        for type in Self.types {
            for object in await store.list(type, namespace: key.namespace).items { objects.append((type, object)) }
        }
        let existing = Set(objects.compactMap(\.object.uid))
        for (type, object) in objects {
            if object.isBeingDeleted {
                let dependents = objects.filter { $0.object.ownerReferences.contains { $0.uid == object.uid } }
                try await finish(type, object, dependents)
            } else if let owner = object.ownerReferences.first,
                !object.ownerReferences.contains(where: {
                    existing.contains($0.uid) || !Self.types.contains { $0.kind == owner.kind }
                })
            {
                _ = try await store.delete(type, namespace: object.namespace, name: object.name)
            }
        }
        return nil
    }

    /// Takes away the finalizers that are ours once what they wait for is done.
    private func finish(
        _ type: ResourceType,
        _ object: KubernetesObject,
        _ dependents: [(type: ResourceType, object: KubernetesObject)]
    ) async throws {
        if object.finalizers.contains(Self.orphan) {
            for dependent in dependents {
                var orphaned = dependent.object
                orphaned.ownerReferences.removeAll { $0.uid == object.uid }
                _ = try await store.update(orphaned)
            }
            try await remove(Self.orphan, from: object)
        } else if object.finalizers.contains(Self.foreground) {
            for dependent in dependents where !dependent.object.isBeingDeleted {
                _ = try await store.delete(
                    dependent.type,
                    namespace: dependent.object.namespace,
                    name: dependent.object.name,
                    options: DeleteOptions(propagation: .foreground)
                )
            }
            let blocks = dependents.contains { dependent in
                dependent.object.ownerReferences.contains { $0.uid == object.uid && $0.blocksOwnerDeletion }
            }
            if !blocks { try await remove(Self.foreground, from: object) }
        }
    }

    private func remove(_ finalizer: String, from object: KubernetesObject) async throws {
        var changed = object
        changed.finalizers.removeAll { $0 == finalizer }
        _ = try await store.update(changed)
    }
}
