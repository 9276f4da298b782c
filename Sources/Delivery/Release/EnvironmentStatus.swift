import Core
import Foundation
import Kubernetes

/// How an environment is now: for `--status`.
package struct EnvironmentStatus: Sendable {
    package struct Pod: Sendable {
        package var name: String
        package var text: String
        package var isNew: Bool
    }

    package var environment: String
    /// How messages name the cluster.
    package var cluster: String
    package var namespace: String
    package var deployment: String
    package var image: String?
    package var revision: Int?
    package var desired = 0
    package var available = 0
    package var trouble: String?
    package var pods: [Pod] = []
    /// The release that what runs now comes from; nil where Slipway did not write it.
    package var running: ReleaseRecord?
    package var lastVerified: ReleaseRecord?
    package var unfinished: ReleaseRecord?
    package var holder: String?

    package static func read(_ context: ReleaseContext) async throws -> EnvironmentStatus {
        let environment = context.environment
        var status = EnvironmentStatus(
            environment: environment.name,
            cluster: context.cluster.name,
            namespace: environment.namespace,
            deployment: environment.deployment.text
        )
        let entries = try await context.ledger.entries()
        status.lastVerified = entries.first { $0.record.state == .verified }?.record
        status.unfinished = entries.first { !$0.record.state.isFinished }?.record
        status.holder = try await context.lock.holderText()
        let health = try await DeploymentHealth.read(context)
        guard let deployment = health.deployment else { return status }
        let view = DeploymentView(deployment)
        let number = deployment.annotations[DeliveryName.release].flatMap { Int($0) }
        status.running = entries.first { $0.record.number == number }?.record
        status.image = view.template.container(named: environment.container.text)?.image
        status.revision = view.revision
        status.desired = view.replicas
        status.available = view.availableReplicas
        status.trouble = health.trouble
        status.pods = try await pods(of: deployment, context)
        return status
    }

    private static func pods(of deployment: KubernetesObject, _ context: ReleaseContext) async throws -> [Pod] {
        guard let selector = DeploymentView(deployment).selector else { return [] }
        let new = Set(try await PodFinder(context: context).pods(of: deployment).map(\.uid))
        return try await context.cluster.list(.pod, namespace: context.environment.namespace, labels: selector).items
            .map(PodView.init)
            .filter { !$0.isFinished }
            .sorted { $0.name < $1.name }
            .map { pod in
                let words = PodWords(pod: pod, events: []).report
                return Pod(
                    name: pod.name,
                    text: pod.isTerminating ? "ending" : words.text,
                    isNew: new.contains(pod.uid)
                )
            }
    }
}
