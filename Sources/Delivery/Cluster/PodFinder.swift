import Core
import Foundation
import Kubernetes

/// Finds the pods of a Deployment's present revision: by the new ReplicaSet's UID, never by labels alone.
struct PodFinder {
    let context: ReleaseContext

    /// The running pods of the Deployment's present pod template.
    func pods(of deployment: KubernetesObject) async throws -> [PodView] {
        guard let selector = DeploymentView(deployment).selector else { return [] }
        let namespace = context.environment.namespace
        let sets = try await context.cluster.list(.replicaSet, namespace: namespace, labels: selector).items
        let template = RolloutTarget.comparable(deployment["spec", "template"])
        let set = sets.map(ReplicaSetView.init)
            .filter { $0.isControlled(by: deployment) }
            .filter { RolloutTarget.comparable($0.object["spec", "template"]) == template }
            .min { ($0.object.creationTimestamp ?? .distantFuture) < ($1.object.creationTimestamp ?? .distantFuture) }
        guard let set else { return [] }
        return try await context.cluster.list(.pod, namespace: namespace, labels: selector).items
            .map(PodView.init)
            .filter { $0.object.controller?.uid == set.uid && $0.isActive }
            .sorted { $0.name < $1.name }
    }
}

/// Turns the port of `slipway.yml` into what the API's proxies take.
struct PortResolver {
    let environment: EnvironmentSettings

    /// The pod proxy takes numbers only.
    func podPort(_ deployment: KubernetesObject) throws -> Int {
        try port(among: DeploymentView(deployment).template.containers, of: "Deployment \(deployment.name)")
    }

    func podPort(of pod: PodView) throws -> Int { try port(among: pod.containers, of: "pod \(pod.name)") }

    private func port(among containers: [ContainerView], of owner: String) throws -> Int {
        if let number = Int(environment.port) { return number }
        let ours = containers.filter { $0.name == environment.container.text } + containers
        if let port = ours.flatMap(\.ports).first(where: { $0.name == environment.port }) { return port.containerPort }
        throw SlipwayError(
            .invalidInput,
            "No container of \(owner) has a port named \"\(environment.port)\"",
            at: environment.location,
            next: "Name the port in the manifests, or set \"port\" in slipway.yml to its number."
        )
    }

    /// The Service's port that leads to the pods' port.
    func servicePort(_ service: KubernetesObject, podPort: Int) throws -> String {
        let ports = ServiceView(service).ports
        let match =
            ports.first { $0.name == environment.port }
            ?? ports.first { $0.targetPort == .name(environment.port) || $0.targetPort == .number(podPort) }
            ?? (ports.count == 1 ? ports.first : nil)
        if let match { return match.name.isEmpty ? String(match.port) : match.name }
        throw SlipwayError(
            .invalidInput,
            "No port of Service \(service.name) leads to the pods' port \"\(environment.port)\"",
            at: environment.location,
            next: "Correct \"port\" in slipway.yml, or the Service's ports."
        )
    }
}
