import Core
import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import NIOCore
import ServiceLifecycle

/// `kubectl logs`: what a container has written.
struct LogHandler: Sendable {
    let store: ObjectStore
    let source: any PodLogSource
    let now: @Sendable () -> Date

    func respond(_ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let pod = try await store.require(.pod, namespace: target.namespace, name: target.name ?? "")
        let (logRequest, limit) = try read(request.query, pod)
        let headers: HTTPFields = [.contentType: "text/plain"]
        // Nothing runs before the pod has a node.
        guard pod["spec", "nodeName"]?.string?.isEmpty == false else { return Response(status: .ok, headers: headers) }
        let stream = try await source.logs(logRequest)
        let body = ResponseBody { writer in
            try await request.http.body.consumeWithCancellationOnInboundClose { _ in
                try await Self.send(stream, limit: limit, to: &writer)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    @concurrent
    private static func send(
        _ stream: some AsyncSequence<ByteBuffer, any Error> & Sendable,
        limit: Int?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var remaining = limit ?? .max
        // A server that goes down does not wait for containers to end.
        for try await var buffer in stream.cancelOnGracefulShutdown() {
            guard remaining > 0 else { return }
            guard let piece = buffer.readSlice(length: min(remaining, buffer.readableBytes)) else { continue }
            remaining -= piece.readableBytes
            try await writer.write(piece)
        }
    }

    /// - Throws: `KubernetesStatusError` 400 for an unknown container, 422 for options that contradict each other.
    private func read(
        _ query: QueryParameters,
        _ pod: KubernetesObject
    ) throws(KubernetesStatusError) -> (request: PodLogRequest, limit: Int?) {
        var errors = FieldErrors()
        let tail = try query.integer("tailLines")
        errors.requireNonNegative("tailLines", tail.map { .int(Int64($0)) })
        let limit = try query.integer("limitBytes")
        if let limit, limit < 1 { errors.invalid("limitBytes", .int(Int64(limit)), "must be greater than 0") }
        let seconds = try query.integer("sinceSeconds")
        if let seconds, seconds < 1 { errors.invalid("sinceSeconds", .int(Int64(seconds)), "must be greater than 0") }
        var since = seconds.map { now().addingTimeInterval(-Double($0)) }
        if let text = query["sinceTime"], !text.isEmpty {
            if seconds != nil { errors.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified") }
            guard let time = KubernetesTime.parse(text) else {
                throw .badRequest("parsing time \"\(text)\": not RFC 3339")
            }
            since = time
        }
        guard errors.causes.isEmpty else { throw .optionsInvalid(errors, kind: "PodLogOptions") }
        let request = PodLogRequest(
            pod: pod,
            container: try container(query["container"], in: pod),
            follow: try query.flag("follow"),
            previous: try query.flag("previous"),
            tailLines: tail,
            since: since,
            timestamps: try query.flag("timestamps")
        )
        return (request, limit)
    }

    private func container(_ name: String?, in pod: KubernetesObject) throws(KubernetesStatusError) -> String {
        func names(_ list: String) -> [String] {
            (pod["spec", list]?.array ?? []).compactMap { $0["name"]?.string }
        }
        if let name, !name.isEmpty {
            guard (names("containers") + names("initContainers")).contains(name) else {
                throw .badRequest("container \(name) is not valid for pod \(pod.name)")
            }
            return name
        }
        let containers = names("containers")
        guard containers.count == 1, let only = containers.first else {
            let initial = names("initContainers")
            throw .badRequest(
                "a container name must be specified for pod \(pod.name), choose one of: "
                    + "[\(containers.joined(separator: " "))]"
                    + (initial.isEmpty ? "" : " or one of the init containers: [\(initial.joined(separator: " "))]")
            )
        }
        return only
    }
}
