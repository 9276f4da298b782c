import Core
import Foundation
import Kubernetes
import NIOCore
import Synchronization

@testable import LocalCluster

/// Logs and addresses of pods that do not run.
final class PretendedPods: PodLogSource, PodAddressing {
    private struct State {
        var lines: [String: [String]] = [:]
        var addresses: [String: PodAddress] = [:]
        var requests: [PodLogRequest] = []
    }

    private let state = Mutex(State())

    /// What the API asked for.
    var requests: [PodLogRequest] { state.withLock { $0.requests } }

    func write(_ lines: [String], pod: String, container: String) {
        state.withLock { $0.lines["\(pod)/\(container)"] = lines }
    }

    func serve(pod: String, at address: PodAddress) {
        state.withLock { $0.addresses[pod] = address }
    }

    func logs(_ request: PodLogRequest) async throws -> any AsyncSequence<ByteBuffer, any Error> & Sendable {
        let lines = state.withLock { state in
            state.requests.append(request)
            return state.lines["\(request.pod.name)/\(request.container)"]
        }
        guard var lines else {
            throw KubernetesStatusError.badRequest(
                "container \"\(request.container)\" in pod \"\(request.pod.name)\" is waiting to start: "
                    + "ContainerCreating"
            )
        }
        if let tail = request.tailLines { lines = Array(lines.suffix(tail)) }
        let text = lines.map { $0 + "\n" }
        let follow = request.follow
        return AsyncThrowingStream<ByteBuffer, any Error> { continuation in
            for line in text { continuation.yield(ByteBuffer(string: line)) }
            // Following never ends by itself: the client or the server ends it.
            if !follow { continuation.finish() }
        }
    }

    func address(of pod: KubernetesObject, port: Int) async throws -> PodAddress {
        guard let address = state.withLock({ $0.addresses[pod.name] }) else {
            throw KubernetesStatusError.serviceUnavailable("no address")
        }
        return PodAddress(host: address.host, port: address.port == 0 ? port : address.port)
    }
}
