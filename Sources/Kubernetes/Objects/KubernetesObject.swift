import Core

/// Any Kubernetes object: a thin struct around its JSON, so that fields nobody here knows about survive a round trip.
package struct KubernetesObject: Sendable, Hashable {
    package var json: JSON

    package init(_ json: JSON) { self.json = json }

    /// An object with its type, name and namespace filled in, and `content` (`spec`, `data`…) beside them.
    package init(_ type: ResourceType, namespace: String? = nil, name: String, content: [String: JSON] = [:]) {
        var members = content
        members["apiVersion"] = .string(type.apiVersion)
        members["kind"] = .string(type.kind)
        json = .object(members)
        self.name = name
        if type.isNamespaced { self.namespace = namespace }
    }

    /// Walks members by name: `object["spec", "replicas"]`.
    package subscript(keys: String...) -> JSON? {
        get { json[path: keys] }
        set { json[path: keys] = newValue }
    }

    package var apiVersion: String {
        get { json["apiVersion"]?.string ?? "" }
        set { json["apiVersion"] = .string(newValue) }
    }

    package var kind: String {
        get { json["kind"]?.string ?? "" }
        set { json["kind"] = .string(newValue) }
    }

    /// The API group: empty for the core group.
    package var group: String { apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : "" }

    /// The version within the group: `v1`.
    package var version: String { String(apiVersion.split(separator: "/").last ?? "") }

    /// The type as Slipway knows it; nil for kinds that it does not (custom resources).
    package var type: ResourceType? { ResourceType.known(apiVersion: apiVersion, kind: kind) }

    package var spec: JSON? {
        get { json["spec"] }
        set { json["spec"] = newValue }
    }

    package var status: JSON? {
        get { json["status"] }
        set { json["status"] = newValue }
    }

    /// What names the object among all of its cluster.
    package var key: ObjectKey { ObjectKey(group: group, kind: kind, namespace: namespace, name: name) }

    /// The object without what the server writes: what may be applied again as it is.
    package var applicable: KubernetesObject {
        var copy = self
        copy.status = nil
        for field in Self.serverFields { copy["metadata", field] = nil }
        copy.annotations["deployment.kubernetes.io/revision"] = nil
        copy.annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
        if copy.annotations.isEmpty { copy["metadata", "annotations"] = nil }
        return copy
    }

    private static let serverFields = [
        "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
        "managedFields", "selfLink",
    ]
}

/// What names an object in a cluster, whatever the version of its API.
package struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let group: String
    package let kind: String
    package let namespace: String?
    package let name: String

    package init(group: String, kind: String, namespace: String?, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// `Deployment.apps episodic-memory-staging/episodic-memory-api`.
    package var description: String {
        let type = group.isEmpty ? kind : "\(kind).\(group)"
        return "\(type) " + (namespace.map { "\($0)/" } ?? "") + name
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.kind, left.group, left.namespace ?? "", left.name)
            < (right.kind, right.group, right.namespace ?? "", right.name)
    }
}
