import Kubernetes

/// What a write is about to do.
package enum WriteOperation: Sendable, Hashable { case create, update, delete }

/// Looks at every write before it happens, in the same transaction: may complete the object or refuse it.
///
/// Quota is one: two pods created at once cannot both take the last place.
package protocol AdmissionPlugin: Sendable {
    /// Looks at what is about to be written over `old` (or, for `.delete`, to go); `view` is everything as it is now.
    ///
    /// - Throws: `KubernetesStatusError`, usually `.forbidden`, which refuses the write.
    func admit(
        _ object: inout KubernetesObject,
        old: KubernetesObject?,
        _ operation: WriteOperation,
        in view: StoreView
    ) throws(KubernetesStatusError)
}

/// The objects of the store at one moment.
package struct StoreView: Sendable {
    /// By qualified resource name, then namespace and name.
    var objects: [String: [NamespacedName: KubernetesObject]] = [:]

    package func get(_ type: ResourceType, namespace: String? = nil, name: String) -> KubernetesObject? {
        objects[type.qualifiedName]?[NamespacedName(namespace: type.isNamespaced ? namespace ?? "" : "", name: name)]
    }

    /// The objects of one namespace, or of all, in the order of namespaces and names.
    package func list(
        _ type: ResourceType,
        namespace: String? = nil,
        labels: LabelSelector = .everything,
        fields: FieldSelector = .everything
    ) -> [KubernetesObject] {
        (objects[type.qualifiedName] ?? [:])
            .filter { key, object in
                (namespace == nil || key.namespace == namespace) && (labels.isEmpty || labels.matches(object))
                    && (fields.isEmpty || fields.matches(object))
            }
            .sorted { $0.key < $1.key }
            .map(\.value)
    }
}

/// Where an object of a type is; the namespace is empty for those without.
struct NamespacedName: Sendable, Hashable, Comparable {
    let namespace: String
    let name: String

    static func < (left: Self, right: Self) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}
