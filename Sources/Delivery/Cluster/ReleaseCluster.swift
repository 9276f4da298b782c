import Core
import Foundation
import Kubernetes

/// What a release needs of a cluster. `KubernetesClient` is the real one; tests that must stop at every single write
/// bring their own.
///
/// Every method throws `KubernetesStatusError` for what the API answers, and other errors where no answer came.
package protocol ReleaseCluster: Sendable {
    /// The API server's address, for messages.
    var address: String { get }

    /// nil where the object is not there.
    func get(_ type: ResourceType, namespace: String?, name: String) async throws -> KubernetesObject?
    func list(_ type: ResourceType, namespace: String?, labels: LabelSelector) async throws -> ObjectList
    /// Changes after `version`; ends or throws when the server ends it.
    func watch(
        _ type: ResourceType,
        namespace: String?,
        labels: LabelSelector,
        from version: String
    ) -> AsyncThrowingStream<WatchEvent, any Error>

    func create(_ object: KubernetesObject) async throws -> KubernetesObject
    /// Writes the whole object; its `resourceVersion`, where set, must still be the object's.
    func replace(_ object: KubernetesObject) async throws -> KubernetesObject
    /// Server-side apply as field manager ``FieldManager/name``; a `resourceVersion` in it is a precondition.
    func apply(_ object: KubernetesObject, force: Bool, dryRun: Bool) async throws -> KubernetesObject
    /// Deletes this life of the object (by UID, and by resourceVersion where it is set), dependants afterwards.
    func delete(_ object: KubernetesObject) async throws

    /// Asks a pod or Service through the API server.
    func send(_ request: ProxyRequest, to target: ProxyTarget, namespace: String) async throws -> ProxyAnswer
    /// The last lines of a container's log.
    func log(namespace: String, pod: String, container: String, previous: Bool, lines: Int) async throws -> [String]
    /// Whether these credentials may do that; nil where the cluster cannot be asked.
    func mayI(_ verb: String, _ type: ResourceType, subresource: String?, namespace: String) async throws -> Bool?
}

package struct ObjectList: Sendable {
    package var items: [KubernetesObject]
    /// Where a watch goes on from.
    package var resourceVersion: String

    package init(items: [KubernetesObject], resourceVersion: String) {
        self.items = items
        self.resourceVersion = resourceVersion
    }
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

package struct ProxyRequest: Sendable, Hashable {
    package var method = "GET"
    package var path: String
    package var headers: [String: String] = [:]
    package var body: Data?
    /// Seconds until the whole answer must be there.
    package var timeout: TimeInterval = 10

    package init(path: String) { self.path = path }
}

package struct ProxyAnswer: Sendable, Hashable {
    package var status: Int
    package var body: Data

    package init(status: Int, body: Data) {
        self.status = status
        self.body = body
    }
}

/// Who writes, as the cluster's field ownership and labels name it.
package enum FieldManager {
    package static let name = "slipway"
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
    /// Details of a Lease's holder.
    package static let holder = "dev.slipway/holder"
}
