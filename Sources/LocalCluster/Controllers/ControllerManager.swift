import Kubernetes
import Logging

/// Runs all controllers over one store until it is cancelled.
package struct ControllerManager: Sendable {
    private let store: ObjectStore
    private let logger: Logger
    private let controllers: [any Controller]

    package init(store: ObjectStore, logger: Logger) {
        self.store = store
        self.logger = logger
        controllers = [
            DeploymentController(store: store),
            ReplicaSetController(store: store),
            EndpointSliceController(store: store),
            VolumeClaimController(store: store),
            NamespaceController(store: store),
            GarbageCollector(store: store),
            QuotaController(store: store),
        ]
    }

    package func run() async {
        await withDiscardingTaskGroup { group in
            for controller in controllers {
                let queue = WorkQueue<ReconcileKey>()
                for resource in controller.watched {
                    group.addTask { await follow(resource, of: controller, into: queue) }
                }
                group.addTask {
                    await queue.run { key in await pass(key, of: controller, queue) }
                }
            }
        }
    }

    /// Adds the keys of every change; starts over with all objects when the watch ends.
    private func follow(
        _ resource: WatchedResource,
        of controller: any Controller,
        into queue: WorkQueue<ReconcileKey>
    ) async {
        while !Task.isCancelled {
            do {
                for try await event in try await store.watch(resource.type, namespace: nil, from: nil) {
                    guard event.kind != .bookmark, event.kind != .error else { continue }
                    for key in try await resource.keys(event.object) { queue.add(key) }
                }
            } catch {
                logger.warning(
                    "watch restarts",
                    metadata: ["controller": "\(controller.name)", "error": "\(error)"]
                )
            }
        }
    }

    private func pass(
        _ key: ReconcileKey,
        of controller: any Controller,
        _ queue: WorkQueue<ReconcileKey>
    ) async {
        do {
            let again = try await controller.reconcile(key)
            queue.succeeded(key)
            if let again { queue.add(key, after: again) }
        } catch let error as KubernetesStatusError where error.code == 409 || error.code == 404 {
            // Somebody else was faster: the next pass sees what they did.
            queue.retry(key)
        } catch {
            logger.warning(
                "pass failed",
                metadata: ["controller": "\(controller.name)", "key": "\(key)", "error": "\(error)"]
            )
            queue.retry(key)
        }
    }
}
