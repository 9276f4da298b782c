import Core
import Foundation
import Kubernetes

/// What a release needs of a cluster. ``ClientCluster`` is the real one; tests that must stop at every single write
/// bring their own.
///
/// Every method throws `KubernetesStatusError` for what the API answers, and `ClusterError` where no answer came.
package protocol ReleaseCluster: Sendable {
    /// How messages name the cluster.
    var name: String { get }
    /// Whether it is Slipway's own cluster on this machine, where nobody else prepares anything.
    var isLocal: Bool { get }

    /// nil where the object is not there.
    func get(_ type: ResourceType, namespace: String?, name: String) async throws -> KubernetesObject?
    func list(_ type: ResourceType, namespace: String?, labels: LabelSelector) async throws -> KubernetesList
    /// What changes after `start`, through lost connections; ends only by an error.
    func watch(
        _ type: ResourceType,
        namespace: String,
        from start: KubernetesList,
        patience: TimeInterval,
        onInterruption: @escaping @Sendable (any Error) -> Void
    ) -> AsyncThrowingStream<WatchEvent, any Error>

    func create(_ object: KubernetesObject) async throws -> KubernetesObject
    /// Writes the whole object; its `resourceVersion`, where set, must still be the object's.
    func replace(_ object: KubernetesObject) async throws -> KubernetesObject
    /// Server-side apply as field manager ``FieldManager/name``; a `resourceVersion` in it is a precondition.
    func apply(_ object: KubernetesObject, force: Bool, isDryRun: Bool) async throws -> KubernetesObject
    /// Deletes this life of the object (by UID, and by resourceVersion where it is set), dependants afterwards.
    func delete(_ object: KubernetesObject) async throws

    /// Asks a pod or Service through the API server; a pod that cannot be reached is a `KubernetesStatusError`.
    func send(_ request: ProxyRequest, to target: ProxyTarget, namespace: String) async throws -> ProxyAnswer
    /// The last lines of a container's log.
    func log(namespace: String, pod: String, container: String, previous: Bool, lines: Int) async throws -> [String]
    /// Whether these credentials may do that; nil where the cluster cannot be asked.
    func mayI(_ verb: String, _ type: ResourceType, subresource: String?, namespace: String) async throws -> Bool?

    /// Runs `body` while a Lease is held and kept alive; a lost Lease cancels it.
    ///
    /// - Throws: `LeaseLock.Held`, `LeaseLock.Lost`, and what `body` throws.
    func withLease<Value: Sendable>(
        _ configuration: LeaseLock.Configuration,
        patience: Duration,
        onWait: @escaping @Sendable (LeaseLock.Held) -> Void,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value
}

package enum ProxyTarget: Sendable, Hashable {
    /// The port of a pod is a number.
    case pod(String, port: Int)
    /// The port of a Service is a name or a number.
    case service(String, port: String)

    /// `pod api-7d9f-x2`, `service api`
    package var text: String {
        switch self {
        case .pod(let name, _): "pod \(name)"
        case .service(let name, _): "service \(name)"
        }
    }
}

package struct ProxyAnswer: Sendable, Hashable {
    package var status: Int
    package var body: Data

    package init(status: Int, body: Data) {
        self.status = status
        self.body = body
    }

    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// Who writes, as the cluster's field ownership names it.
package enum FieldManager {
    package static let name = "slipway"
}

extension KubernetesStatusError {
    /// A server-side apply that would take fields from nobody but Slipway, which replaced them earlier.
    var isConflictWithOurselves: Bool {
        !managerConflicts.isEmpty
            && managerConflicts.allSatisfy { $0.message.contains("conflict with \"\(FieldManager.name)\"") }
    }
}

/// The labels and annotations that Slipway sets.
package enum DeliveryName {
    /// The number of the release that wrote an object: fences off a process whose release is over.
    package static let release = "dev.slipway/release"
    package static let deployment = "dev.slipway/deployment"
    package static let environment = "dev.slipway/environment"
    /// What a ConfigMap or Secret of ours holds: `release` or `payload`.
    package static let record = "dev.slipway/record"
    package static let state = "dev.slipway/state"
    /// Which of the two Deployments of a blue-green release a pod belongs to, and a Service leads to.
    package static let slot = "dev.slipway/slot"
    /// On the pods of a canary.
    package static let track = "dev.slipway/track"
}
