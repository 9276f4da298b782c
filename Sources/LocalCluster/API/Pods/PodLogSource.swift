import Foundation
import Kubernetes
import NIOCore

/// What `kubectl logs` asks for.
package struct PodLogRequest: Sendable {
    /// The pod as stored.
    package let pod: KubernetesObject
    /// One of the pod's containers.
    package let container: String
    /// Goes on with what is written from now on, until the container ends.
    package var follow: Bool
    /// The container's life before the present one.
    package var previous: Bool
    /// Only the last lines; nil for all.
    package var tailLines: Int?
    /// Only lines written at or after this time.
    package var since: Date?
    /// Begins each line with the time it was written: `2026-11-23T11:21:18.123456789Z `.
    package var timestamps: Bool

    package init(
        pod: KubernetesObject,
        container: String,
        follow: Bool = false,
        previous: Bool = false,
        tailLines: Int? = nil,
        since: Date? = nil,
        timestamps: Bool = false
    ) {
        self.pod = pod
        self.container = container
        self.follow = follow
        self.previous = previous
        self.tailLines = tailLines
        self.since = since
        self.timestamps = timestamps
    }
}

/// Gives the API what containers have written. The pod runtime implements it.
package protocol PodLogSource: Sendable {
    /// The log as a stream of pieces of any size; with `follow` it ends when the container does.
    ///
    /// - Throws: `KubernetesStatusError` 400 worded as Kubernetes' kubelet: a container that waits to start
    ///   (`container "c" in pod "p" is waiting to start: ContainerCreating`), a previous life that never was
    ///   (`previous terminated container "c" in pod "p" not found`).
    func logs(_ request: PodLogRequest) async throws -> any AsyncSequence<ByteBuffer, any Error> & Sendable
}

/// Tells the API where a pod's port can be reached from this process. The pod runtime implements it.
package protocol PodAddressing: Sendable {
    /// The host and port to connect to for a pod's port: the pod's own address, or a mapping where pods share the
    /// host's.
    ///
    /// - Throws: `KubernetesStatusError` 503 for a pod that has no address (yet, or any more).
    func address(of pod: KubernetesObject, port: Int) async throws -> PodAddress
}

package struct PodAddress: Sendable, Hashable {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
