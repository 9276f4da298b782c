import Core
import Kubernetes

/// One of the two Deployments that take turns in blue-green releases.
package enum Slot: String, Sendable, Hashable {
    /// The Deployment with the manifests' own name.
    case blue
    case green

    var other: Slot { self == .blue ? .green : .blue }

    /// The Deployment's name: `api`, `api-green`.
    func deployment(_ base: String) -> String { self == .blue ? base : "\(base)-green" }
}

/// The Deployment that serves now, and whether it is one of two slots.
struct LiveDeployment: Sendable {
    /// The manifests' own, or the slot that the Service leads to.
    let name: String
    let object: KubernetesObject?
    /// nil: the Service leads to no slot.
    let slot: Slot?

    static func read(_ context: ReleaseContext) async throws -> LiveDeployment {
        let environment = context.environment
        let service = try await context.cluster.get(
            .service,
            namespace: environment.namespace,
            name: environment.service
        )
        let slot = service?["spec", "selector", DeliveryName.slot]?.string.flatMap(Slot.init)
        let name = (slot ?? .blue).deployment(environment.deployment.text)
        let object = try await context.cluster.get(.deployment, namespace: environment.namespace, name: name)
        return LiveDeployment(name: name, object: object, slot: slot)
    }
}
