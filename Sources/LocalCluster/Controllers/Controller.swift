import Kubernetes

/// What one pass of a controller is about: an object by its name.
struct ReconcileKey: Hashable, Sendable, CustomStringConvertible {
    let namespace: String?
    let name: String

    init(namespace: String?, name: String) {
        self.namespace = namespace
        self.name = name
    }

    init(_ object: KubernetesObject) {
        self.init(namespace: object.namespace, name: object.name)
    }

    var description: String { (namespace.map { "\($0)/" } ?? "") + name }
}

/// Moves one kind of object from what it is towards what it should be, one key at a time.
///
/// A pass reads what it needs from the store and may be repeated at any time: it must be idempotent.
protocol Controller: Sendable {
    /// The name in events' `source.component`: `deployment-controller`.
    var name: String { get }
    /// What is watched, and which keys a change of it concerns.
    var watched: [WatchedResource] { get }

    /// One pass.
    ///
    /// - Returns: when to look again without a change; nil for never.
    /// - Throws: whatever stopped the pass; it is repeated with back-off.
    func reconcile(_ key: ReconcileKey) async throws -> Duration?
}

struct WatchedResource: Sendable {
    let type: ResourceType
    let keys: @Sendable (KubernetesObject) async throws -> [ReconcileKey]

    /// Changes of the objects that the controller is named after.
    static func itself(_ type: ResourceType) -> WatchedResource {
        WatchedResource(type: type) { [ReconcileKey($0)] }
    }

    /// Changes of objects that belong to one of them.
    static func owned(_ type: ResourceType, by owner: ResourceType) -> WatchedResource {
        WatchedResource(type: type) { object in
            guard let controller = object.controller, controller.kind == owner.kind else { return [] }
            return [ReconcileKey(namespace: object.namespace, name: controller.name)]
        }
    }
}
