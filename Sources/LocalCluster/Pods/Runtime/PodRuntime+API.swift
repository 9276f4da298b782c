import Kubernetes
import NIOCore

extension PodRuntime: PodLogSource {
    package nonisolated func logs(
        _ request: PodLogRequest
    ) async throws -> any AsyncSequence<ByteBuffer, any Error> & Sendable {
        try PodLogReader(paths: paths).log(request)
    }
}

extension PodRuntime: PodAddressing {
    package nonisolated func address(of pod: KubernetesObject, port: Int) async throws -> PodAddress {
        guard let address = PodView(pod).podIP, !PodView(pod).isFinished else {
            throw KubernetesStatusError.serviceUnavailable("pod \(pod.name) has no address: it does not run")
        }
        return PodAddress(host: address, port: port)
    }
}
