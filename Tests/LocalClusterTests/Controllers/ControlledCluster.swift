import Core
import Foundation
import Kubernetes
import Logging
import Testing

@testable import LocalCluster

/// A store with running controllers, and a stand-in for the node: pods become ready at once unless their image says
/// `broken`, and go as soon as they are deleted. What is tested is the controllers; the real node has its own tests.
struct ControlledCluster: Sendable {
    let store: ObjectStore

    func create(_ object: KubernetesObject) async throws { _ = try await store.create(object) }

    func deployment(image: String, replicas: Int, deadline: Int = 600) -> KubernetesObject {
        KubernetesObject(
            .deployment,
            namespace: "default",
            name: "web",
            content: [
                "spec": [
                    "replicas": .int(Int64(replicas)),
                    "progressDeadlineSeconds": .int(Int64(deadline)),
                    "selector": ["matchLabels": ["app": "x"]],
                    "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1, "maxUnavailable": 0]],
                    "template": [
                        "metadata": ["labels": ["app": "x"]],
                        "spec": [
                            "containers": [
                                [
                                    "name": "main", "image": .string(image),
                                    "ports": [["name": "http", "containerPort": 8000]],
                                ]
                            ]
                        ],
                    ],
                ]
            ]
        )
    }

    func setImage(_ image: String, cause: String? = nil) async throws {
        try await change { deployment in
            guard var container = deployment["spec", "template", "spec", "containers"]?[0] else { return }
            container["image"] = .string(image)
            deployment["spec", "template", "spec", "containers"] = .array([container])
            if let cause { deployment.annotations[AnnotationName.changeCause] = cause }
        }
    }

    func scale(to replicas: Int) async throws {
        try await change { $0["spec", "replicas"] = .int(Int64(replicas)) }
    }

    private func change(_ change: @Sendable (inout KubernetesObject) -> Void) async throws {
        _ = try await store.modify(.deployment, namespace: "default", name: "web", change)
    }

    func rolledOut(revision: Int) async throws -> KubernetesObject {
        try await waitForDeployment { deployment in
            deployment.revision == revision && deployment.observedGeneration >= deployment.generation
                && deployment.updatedReplicas == deployment.replicas
                && deployment.currentReplicas == deployment.replicas
                && deployment.availableReplicas == deployment.replicas
                && deployment.progressing?.reason == "NewReplicaSetAvailable"
        }.object
    }

    func waitForDeployment(_ condition: @Sendable (DeploymentView) -> Bool) async throws -> DeploymentView {
        DeploymentView(try await wait(.deployment) { condition(DeploymentView($0)) })
    }

    /// The first state of an object of the type for which the condition holds.
    func wait(
        _ type: ResourceType,
        _ condition: @Sendable (KubernetesObject) -> Bool
    ) async throws -> KubernetesObject {
        for try await event in try await store.watch(type, namespace: "default")
        where event.kind != .deleted && condition(event.object) {
            return event.object
        }
        throw CancellationError()
    }

    func waitUntilGone(_ type: ResourceType, name: String) async throws {
        let start = await store.list(type)
        guard start.items.contains(where: { $0.name == name }) else { return }
        for try await event in try await store.watch(type, from: start.resourceVersion)
        where event.kind == .deleted && event.object.name == name {
            return
        }
    }

    func waitUntilEmpty(_ types: [ResourceType]) async throws {
        for type in types {
            for object in await store.list(type, namespace: "default").items {
                try await waitUntilGone(type, name: object.name)
            }
        }
    }

    /// The node's part, as short as it can be.
    fileprivate func playNode() async throws {
        var nextAddress = 1
        for try await event in try await store.watch(.pod) where event.kind != .deleted {
            let pod = event.object
            if pod.isBeingDeleted {
                _ = try? await store.delete(
                    .pod,
                    namespace: pod.namespace,
                    name: pod.name,
                    options: DeleteOptions(gracePeriodSeconds: 0)
                )
            } else if PodView(pod).podIP == nil {
                let isReady = !(PodView(pod).containers.first?.image.contains("broken") ?? true)
                let address = "10.0.0.\(nextAddress)"
                nextAddress += 1
                _ = try? await store.modify(.pod, namespace: pod.namespace, name: pod.name, subresource: .status) {
                    pod in
                    pod["status", "phase"] = "Running"
                    pod["status", "podIP"] = .string(address)
                    Conditions.set(&pod, type: "Ready", status: isReady, reason: "", message: "", at: Date())
                }
            }
        }
    }
}

/// Runs the body beside the controllers and the node, and ends them with it.
func withCluster(_ body: @Sendable (ControlledCluster) async throws -> Void) async throws {
    let cluster = ControlledCluster(store: try ObjectStore(path: nil))
    try await cluster.store.bootstrap()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await ControllerManager(store: cluster.store, logger: Logger(label: "test")).run() }
        group.addTask { try await cluster.playNode() }
        try await body(cluster)
        group.cancelAll()
    }
}
