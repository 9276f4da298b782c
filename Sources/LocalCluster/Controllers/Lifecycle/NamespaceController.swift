import Core
import Kubernetes

/// Gives each namespace what it starts with, and empties one that is being deleted.
struct NamespaceController: Controller {
    let name = "namespace-controller"
    let store: ObjectStore
    private static let finalizer = "kubernetes"

    var watched: [WatchedResource] {
        [.itself(.namespace)]
    }

    func reconcile(_ key: ReconcileKey) async throws -> Duration? {
        guard let namespace = try await store.get(.namespace, namespace: nil, name: key.name) else { return nil }
        guard namespace.isBeingDeleted else {
            try await addDefaults(to: key.name)
            return nil
        }
        var remaining = 0
        for type in ResourceType.all where type.isNamespaced {
            for object in try await store.list(type, namespace: key.name).items {
                remaining += 1
                if !object.isBeingDeleted {
                    try await store.delete(type, namespace: key.name, name: object.name, propagation: .background)
                }
            }
        }
        if remaining > 0 { return .milliseconds(100) }
        try await finalize(namespace)
        return nil
    }

    private func addDefaults(to namespace: String) async throws {
        if try await store.get(.serviceAccount, namespace: namespace, name: "default") == nil {
            _ = try await store.create(KubernetesObject(.serviceAccount, namespace: namespace, name: "default"))
        }
    }

    private func finalize(_ namespace: KubernetesObject) async throws {
        var emptied = namespace
        let finalizers = namespace["spec", "finalizers"]?.array ?? []
        emptied["spec", "finalizers"] = .array(finalizers.filter { $0.string != Self.finalizer })
        _ = try await store.update(emptied)
    }
}
