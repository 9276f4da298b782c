import Core
import Kubernetes

/// Empties a namespace that is being deleted, then lets it go.
struct NamespaceController: Controller {
    let name = "namespace-controller"
    let store: ObjectStore

    var watched: [WatchedResource] {
        [.itself(.namespace)]
    }

    func reconcile(_ key: ReconcileKey) async throws -> Duration? {
        guard let namespace = await store.get(.namespace, namespace: nil, name: key.name) else { return nil }
        guard namespace.isBeingDeleted else { return nil }
        var remaining = 0
        for type in ResourceType.all where type.isNamespaced {
            for object in await store.list(type, namespace: key.name).items {
                remaining += 1
                if !object.isBeingDeleted {
                    _ = try await store.delete(
                        type,
                        namespace: key.name,
                        name: object.name,
                        options: DeleteOptions(propagation: .background)
                    )
                }
            }
        }
        if remaining > 0 { return .milliseconds(100) }
        _ = try await store.finalizeNamespace(key.name)
        return nil
    }
}
