import Core
import Kubernetes

/// Names one object of a release, in records too.
package struct ObjectReference: Sendable, Hashable, Codable, CustomStringConvertible {
    package var apiVersion: String
    package var kind: String
    package var namespace: String?
    package var name: String

    package init(_ object: KubernetesObject) {
        apiVersion = object.apiVersion
        kind = object.kind
        namespace = object.namespace
        name = object.name
    }

    /// `Deployment episodic-memory-api`
    package var description: String { "\(kind) \(name)" }

    /// - Throws: `SlipwayError` (`.invalidInput`) for a kind Slipway cannot deploy.
    package func type() throws -> ResourceType {
        if let type = ResourceType.known(apiVersion: apiVersion, kind: kind) { return type }
        throw SlipwayError(
            .invalidInput,
            "Slipway cannot deploy a \(kind) of \(apiVersion)",
            why: "it does not know how the API names that kind",
            next: "Apply \(name) apart from the release, and take it out of the manifests."
        )
    }
}
