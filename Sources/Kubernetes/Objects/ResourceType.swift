/// A resource of the Kubernetes API: what its paths and its objects' `kind` are.
package struct ResourceType: Sendable, Hashable {
    /// Empty for the core group.
    package let group: String
    package let version: String
    /// The name in paths: `deployments`.
    package let plural: String
    package let singular: String
    package let kind: String
    package let isNamespaced: Bool
    /// What `kubectl get` accepts too: `deploy`.
    package let shortNames: [String]
    /// Groups of resources that `kubectl get` takes at once: `all`.
    package let categories: [String]

    package init(
        group: String = "",
        version: String = "v1",
        plural: String,
        singular: String? = nil,
        kind: String,
        namespaced: Bool = true,
        shortNames: [String] = [],
        categories: [String] = []
    ) {
        self.group = group
        self.version = version
        self.plural = plural
        self.singular = singular ?? kind.lowercased()
        self.kind = kind
        self.isNamespaced = namespaced
        self.shortNames = shortNames
        self.categories = categories
    }

    /// `apps/v1`, or `v1` for the core group.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// The kind of a list of these: `DeploymentList`.
    package var listKind: String { "\(kind)List" }

    /// `deployments.apps`, or `pods` for the core group: how the API's messages name it.
    package var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// `Deployment.apps`, or `Pod`: how messages about invalid objects name it.
    package var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }

    /// `/apis/apps/v1`, or `/api/v1` for the core group.
    package var groupVersionPath: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }

    /// The path of the collection, of one object, or of an object's subresource.
    ///
    /// A namespaced type without a namespace gives the path of all namespaces.
    package func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
        var path = groupVersionPath
        if isNamespaced, let namespace { path += "/namespaces/\(URLEncoding.segment(namespace))" }
        path += "/\(plural)"
        if let name { path += "/\(URLEncoding.segment(name))" }
        if let subresource { path += "/\(subresource)" }
        return path
    }
}
