import Core
import Foundation
import Kubernetes

/// A real cluster, through the Kubernetes API.
package struct ClientCluster: ReleaseCluster {
    private let client: KubernetesClient

    package let isLocal: Bool

    package init(_ client: KubernetesClient, isLocal: Bool = false) {
        self.client = client
        self.isLocal = isLocal
    }

    package var name: String { client.clusterName }

    package func get(_ type: ResourceType, namespace: String?, name: String) async throws -> KubernetesObject? {
        try await client.find(type, namespace: namespace, name: name)
    }

    package func list(
        _ type: ResourceType,
        namespace: String?,
        labels: LabelSelector
    ) async throws -> KubernetesList {
        try await client.list(type, namespace: namespace, labels: labels)
    }

    package func watch(
        _ type: ResourceType,
        namespace: String,
        from start: KubernetesList,
        patience: TimeInterval,
        onInterruption: @escaping @Sendable (any Error) -> Void
    ) -> AsyncThrowingStream<WatchEvent, any Error> {
        var request = WatchRequest(type, namespace: namespace, start: start)
        request.patience = .seconds(patience)
        request.onInterruption = onInterruption
        let watch = client.watch(request)
        return AsyncThrowingStream { feed in
            let task = Task {
                do {
                    for try await event in watch { feed.yield(event) }
                    feed.finish()
                } catch {
                    feed.finish(throwing: error)
                }
            }
            feed.onTermination = { _ in task.cancel() }
        }
    }

    package func create(_ object: KubernetesObject) async throws -> KubernetesObject { try await client.create(object) }

    package func replace(_ object: KubernetesObject) async throws -> KubernetesObject {
        try await client.replace(object)
    }

    package func apply(_ object: KubernetesObject, force: Bool, isDryRun: Bool) async throws -> KubernetesObject {
        let options = WriteOptions(isDryRun: isDryRun, fieldManager: FieldManager.name, isStrict: true)
        return try await client.apply(object, force: force, options: options)
    }

    package func delete(_ object: KubernetesObject) async throws {
        try await client.delete(
            try await client.type(of: object),
            namespace: object.namespace,
            name: object.name,
            uid: object.uid,
            resourceVersion: object.resourceVersion
        )
    }

    package func send(
        _ request: ProxyRequest,
        to target: ProxyTarget,
        namespace: String
    ) async throws -> ProxyAnswer {
        let response =
            switch target {
            case .pod(let name, let port):
                try await client.podProxy(pod: name, namespace: namespace, port: String(port), request)
            case .service(let name, let port):
                try await client.serviceProxy(service: name, namespace: namespace, port: port, request)
            }
        if let failure = response.proxyFailure { throw failure }
        return ProxyAnswer(status: response.status, body: response.body)
    }

    package func log(
        namespace: String,
        pod: String,
        container: String,
        previous: Bool,
        lines: Int
    ) async throws -> [String] {
        let options = LogOptions(container: container, tailLines: lines, isPrevious: previous, limitBytes: 64 << 10)
        let text = try await client.logs(pod: pod, namespace: namespace, options)
        return text.split(whereSeparator: \.isNewline).suffix(lines).map(String.init)
    }

    package func mayI(
        _ verb: String,
        _ type: ResourceType,
        subresource: String?,
        namespace: String
    ) async throws -> Bool? {
        do {
            return try await client.mayI(verb, type, subresource: subresource, namespace: namespace).isAllowed
        } catch let error as KubernetesStatusError where error.isNotFound || error.isForbidden || error.code == 405 {
            // A cluster without access reviews has no rights to ask about.
            return nil
        }
    }

    package func withLease<Value: Sendable>(
        _ configuration: LeaseLock.Configuration,
        patience: Duration,
        onWait: @escaping @Sendable (LeaseLock.Held) -> Void,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let lock = LeaseLock(client, configuration)
        _ = try await lock.acquire(patience: patience, onWait: onWait)
        do {
            let value = try await lock.whileHeld(body)
            try? await lock.release()
            return value
        } catch {
            // A cancelled task cannot send a request, and that is when giving the Lease back matters most. If it
            // fails, the Lease expires by itself.
            await Task { try? await lock.release() }.value
            throw error
        }
    }
}
