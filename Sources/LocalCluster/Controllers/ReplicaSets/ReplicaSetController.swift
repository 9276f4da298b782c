import Core
import Foundation
import Kubernetes

/// Keeps as many pods as a ReplicaSet wants.
struct ReplicaSetController: Controller {
    let name = "replicaset-controller"
    let store: ObjectStore
    var now: @Sendable () -> Date = { Date() }

    var watched: [WatchedResource] {
        [.itself(.replicaSet), .owned(.pod, by: .replicaSet)]
    }

    func reconcile(_ key: ReconcileKey) async throws -> Duration? {
        guard let set = await store.get(.replicaSet, namespace: key.namespace, name: key.name) else { return nil }
        let view = ReplicaSetView(set)
        var pods = try await activePods(of: set)
        var failure: KubernetesStatusError?
        if !set.isBeingDeleted {
            if pods.count < view.replicas {
                do {
                    for _ in pods.count..<view.replicas { pods.append(try await createPod(for: set)) }
                } catch let error as KubernetesStatusError {
                    failure = error
                    await store.recordEvent(
                        about: set,
                        reason: "FailedCreate",
                        message: "Error creating: \(error.message)",
                        type: .warning,
                        source: EventSource(name)
                    )
                }
            } else if pods.count > view.replicas {
                pods = try await removeSurplus(of: set, pods, keeping: view.replicas)
            }
        }
        let again = try await writeStatus(of: set, pods, failure)
        // Thrown after the status is written: the queue backs off and tries again.
        if let failure { throw failure }
        return again
    }

    private func activePods(of set: KubernetesObject) async throws -> [KubernetesObject] {
        guard let selector = ReplicaSetView(set).selector else { return [] }
        let matching = await store.list(.pod, namespace: set.namespace, labels: selector).items
        var pods: [KubernetesObject] = []
        for pod in matching where PodView(pod).isActive {
            if let controller = pod.controller {
                if controller.uid == set.uid { pods.append(pod) }
            } else if !set.isBeingDeleted {
                // An orphan with the right labels is taken over instead of doubled.
                var adopted = pod
                adopted.ownerReferences.append(OwnerReference(controller: set))
                pods.append(try await store.update(adopted))
            }
        }
        return pods
    }

    private func createPod(for set: KubernetesObject) async throws -> KubernetesObject {
        let template = ReplicaSetView(set).template
        var pod = KubernetesObject(.pod, namespace: set.namespace, name: "")
        pod.metadata = template.json["metadata"] ?? .object([:])
        pod["metadata", "creationTimestamp"] = nil
        pod.namespace = set.namespace
        pod.generateName = "\(set.name)-"
        pod.ownerReferences = [OwnerReference(controller: set)]
        pod.spec = template.json["spec"]
        let created = try await store.create(pod)
        await store.recordEvent(
            about: set,
            reason: "SuccessfulCreate",
            message: "Created pod: \(created.name)",
            source: EventSource(name)
        )
        return created
    }

    private func removeSurplus(
        of set: KubernetesObject,
        _ pods: [KubernetesObject],
        keeping count: Int
    ) async throws -> [KubernetesObject] {
        let ranked = pods.sorted(by: PodDeletionOrder.goesFirst)
        for pod in ranked.prefix(pods.count - count) {
            _ = try await store.delete(.pod, namespace: pod.namespace, name: pod.name)
            await store.recordEvent(
                about: set,
                reason: "SuccessfulDelete",
                message: "Deleted pod: \(pod.name)",
                source: EventSource(name)
            )
        }
        return Array(ranked.dropFirst(pods.count - count))
    }

    private func writeStatus(
        of set: KubernetesObject,
        _ pods: [KubernetesObject],
        _ failure: KubernetesStatusError?
    ) async throws -> Duration? {
        let view = ReplicaSetView(set)
        let templateLabels = LabelSelector(matching: view.template.labels)
        let ready = pods.filter { PodView($0).isReady }
        let available = ready.filter { PodView($0).isAvailable(minReadySeconds: view.minReadySeconds, at: now()) }
        guard var changed = await store.get(.replicaSet, namespace: set.namespace, name: set.name) else {
            return nil
        }
        let before = changed
        changed["status", "observedGeneration"] = .int(Int64(set.generation))
        changed["status", "replicas"] = .int(Int64(pods.count))
        let counts = [
            "fullyLabeledReplicas": pods.filter(templateLabels.matches).count,
            "readyReplicas": ready.count,
            "availableReplicas": available.count,
        ]
        for (field, count) in counts { changed["status", field] = count == 0 ? nil : .int(Int64(count)) }
        if let failure {
            Conditions.set(
                &changed,
                type: "ReplicaFailure",
                status: true,
                reason: "FailedCreate",
                message: failure.message,
                at: now()
            )
        } else {
            Conditions.remove(&changed, type: "ReplicaFailure")
        }
        if changed != before { _ = try await store.updateStatus(changed) }
        return ready.count > available.count ? .seconds(1) : nil
    }
}
