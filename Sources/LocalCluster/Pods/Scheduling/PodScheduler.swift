import Core
import Foundation
import Kubernetes
import Logging

/// Assigns pods to the node, one after the other, and says of those that do not fit why.
struct PodScheduler: Sendable {
    let store: ObjectStore
    let node: String
    let logger: Logger

    private static let component = "default-scheduler"

    /// Runs until cancelled. Any change of a pod, a claim or the node may make room: then all that wait are tried.
    func run() async {
        let (changes, changed) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            for type in [ResourceType.pod, .persistentVolumeClaim, .node] {
                group.addTask { await watch(type, changed) }
            }
            for await _ in changes {
                do {
                    try await pass()
                } catch {
                    logger.warning("scheduling failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func watch(_ type: ResourceType, _ changed: AsyncStream<Void>.Continuation) async {
        defer { changed.finish() }
        while !Task.isCancelled {
            do {
                for try await _ in try await store.watch(type) { changed.yield() }
                return
            } catch {
                guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return }
            }
        }
    }

    /// Tries every pod that has no node, the oldest first.
    private func pass() async throws {
        guard let node = await store.get(.node, name: node) else { return }
        let pods = await store.list(.pod).items
        var running = pods.filter { $0["spec", "nodeName"]?.string == self.node }
        let waiting = pods.filter { pod in
            pod["spec", "nodeName"]?.string?.isEmpty ?? true && !pod.isBeingDeleted
                && pod["spec", "schedulerName"]?.string ?? Self.component == Self.component
                && pod["spec", "schedulingGates"]?.array?.isEmpty ?? true
        }.sorted { ($0.creationTimestamp ?? .distantPast, $0.name) < ($1.creationTimestamp ?? .distantPast, $1.name) }
        for pod in waiting {
            let claims = await store.list(.persistentVolumeClaim, namespace: pod.namespace).items
            let scheduler = Scheduler(
                node: node,
                running: running,
                claims: Dictionary(claims.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            )
            do {
                if let obstacle = scheduler.obstacle(for: pod) {
                    try await refuse(pod, obstacle)
                } else {
                    running.append(try await bind(pod))
                }
            } catch let error as KubernetesStatusError where error.code == 404 || error.code == 409 {
                // Gone or changed meanwhile: the change brings the next pass.
            }
        }
    }

    private func bind(_ pod: KubernetesObject) async throws -> KubernetesObject {
        let node = node
        let options = WriteOptions(manager: .scheduler)
        try await setCondition(pod, ["type": "PodScheduled", "status": "True"])
        // Told before it is done, so that it comes first among the pod's events.
        _ = await store.recordEvent(
            about: pod,
            reason: "Scheduled",
            message: "Successfully assigned \(pod.namespace ?? "")/\(pod.name) to \(node)",
            source: EventSource(Self.component)
        )
        return try await store.modify(.pod, namespace: pod.namespace, name: pod.name, options: options) { object in
            guard object.uid == pod.uid else { throw KubernetesStatusError.notFound(.pod, pod.name) }
            object["spec", "nodeName"] = .string(node)
        }
    }

    private func refuse(_ pod: KubernetesObject, _ obstacle: String) async throws {
        let known = pod.condition("PodScheduled")
        guard known?.isFalse != true || known?.message != obstacle else { return }
        _ = await store.recordEvent(
            about: pod,
            reason: "FailedScheduling",
            message: obstacle,
            type: .warning,
            source: EventSource(Self.component)
        )
        try await setCondition(
            pod,
            [
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": .string(obstacle),
                "observedGeneration": .int(Int64(pod.generation)),
            ]
        )
    }

    private func setCondition(_ pod: KubernetesObject, _ condition: JSON) async throws {
        let now = JSON.string(KubernetesTime.text(Date()))
        _ = try await store.modify(
            .pod,
            namespace: pod.namespace,
            name: pod.name,
            subresource: .status,
            options: WriteOptions(manager: .scheduler)
        ) { object in
            guard object.uid == pod.uid else { throw KubernetesStatusError.notFound(.pod, pod.name) }
            var new = condition
            let old = object.condition("PodScheduled")
            new["lastProbeTime"] = .null
            new["lastTransitionTime"] =
                old?.status == new["status"]?.string ? old?.json["lastTransitionTime"] ?? now : now
            let others = object.conditions.filter { $0.type != "PodScheduled" }.map(\.json)
            object["status", "conditions"] = .array(others + [new])
        }
    }
}
