import Core
import Kubernetes

/// The objects gathered so far; none may be there twice.
struct ResourceSet {
    var resources: [Resource] = []

    /// - Throws: `DiagnosticsError` where an object of this kind and name is already there.
    mutating func append(_ resource: Resource) throws {
        if let other = resources.first(where: { isSame($0, resource) }) {
            throw DiagnosticsError([
                Diagnostic(
                    rule: "duplicate-object",
                    "\(resource.words) is already there",
                    at: resource.location,
                    help: "The other one is at \(other.location)."
                )
            ])
        }
        resources.append(resource)
    }

    private func isSame(_ left: Resource, _ right: Resource) -> Bool {
        left.object.kind == right.object.kind && left.object.group == right.object.group
            && left.object.version == right.object.version && left.object.name == right.object.name
            && left.identity.effectiveNamespace == right.identity.effectiveNamespace
    }

    /// The places of the objects that were or are called so.
    func indices(of wanted: KubernetesObject) -> [Int] {
        let identity = Resource.Identity(name: wanted.name, namespace: wanted.namespace)
        return resources.indices.filter {
            resources[$0].isKnown(as: identity, group: wanted.group, version: wanted.version, kind: wanted.kind)
        }
    }

    mutating func update(_ change: (inout Resource) throws -> Void) rethrows {
        for index in resources.indices { try change(&resources[index]) }
    }
}
