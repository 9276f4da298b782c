import Core
import Kubernetes

/// Makes sure that the namespace is there: lock, record and return point live in it.
struct NamespacePreparation {
    let context: ReleaseContext

    /// Slipway's own cluster gets the namespace it lacks; anybody else's is asked for.
    func ensure() async throws {
        let name = context.environment.namespace
        let found: KubernetesObject?
        do {
            found = try await context.cluster.get(.namespace, namespace: nil, name: name)
        } catch let error as KubernetesStatusError where error.isForbidden {
            // Reading namespaces is a right over the whole cluster that a deployer need not have. If this one is
            // missing, the lock says so.
            return
        }
        if let found {
            guard !found.isBeingDeleted else {
                throw SlipwayError(
                    .external,
                    "The namespace \(name) is being deleted",
                    next: "Wait until it is gone, then create it again: kubectl create namespace \(name)"
                )
            }
            return
        }
        guard context.cluster.isLocal else {
            throw SlipwayError(
                .external,
                "There is no namespace \(name) on \(context.cluster.name)",
                next: "Create it once: kubectl create namespace \(name)"
            )
        }
        do {
            _ = try await context.cluster.create(KubernetesObject(.namespace, name: name))
            context.reporter.report(.note("Created the namespace \(name)."))
        } catch let error as KubernetesStatusError where error.isAlreadyExists {
            // Two first releases at once.
        }
    }
}
