import Core
import Kubernetes

/// How the Deployment is before a release.
struct DeploymentHealth: Sendable {
    let deployment: KubernetesObject?
    /// nil: nothing is wrong with it.
    let trouble: String?

    /// There is nothing that could be unhealthy before the first release.
    var isHealthy: Bool { trouble == nil }

    static func read(_ context: ReleaseContext) async throws -> DeploymentHealth {
        let object = try await LiveDeployment.read(context).object
        return DeploymentHealth(deployment: object, trouble: object.flatMap { trouble(DeploymentView($0)) })
    }

    private static func trouble(_ deployment: DeploymentView) -> String? {
        if deployment.observedGeneration < deployment.generation {
            return "its last change has not been acted upon yet"
        }
        if deployment.updatedReplicas < deployment.replicas || deployment.currentReplicas > deployment.updatedReplicas {
            return "a rollout is not complete (\(deployment.updatedReplicas) of \(deployment.replicas) pods updated)"
        }
        if deployment.availableReplicas < deployment.replicas {
            return "\(deployment.availableReplicas) of \(deployment.replicas) pods are available"
        }
        return nil
    }
}
