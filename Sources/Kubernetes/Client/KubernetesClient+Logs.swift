import AsyncHTTPClient
import Core
import NIOCore
import NIOHTTP1

/// Which part of a container's log.
package struct LogOptions: Sendable {
    /// Nil where the pod has only one container.
    package var container: String?
    /// Only so many lines from the end.
    package var tailLines: Int?
    /// The container's life before the last restart.
    package var isPrevious = false
    package var sinceSeconds: Int?
    package var hasTimestamps = false
    /// At most so many bytes.
    package var limitBytes: Int?

    package init(
        container: String? = nil,
        tailLines: Int? = nil,
        isPrevious: Bool = false,
        sinceSeconds: Int? = nil,
        hasTimestamps: Bool = false,
        limitBytes: Int? = nil
    ) {
        self.container = container
        self.tailLines = tailLines
        self.isPrevious = isPrevious
        self.sinceSeconds = sinceSeconds
        self.hasTimestamps = hasTimestamps
        self.limitBytes = limitBytes
    }

    func query(follow: Bool) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if let container { query.append(("container", container)) }
        if let tailLines { query.append(("tailLines", String(tailLines))) }
        if let sinceSeconds { query.append(("sinceSeconds", String(sinceSeconds))) }
        if let limitBytes { query.append(("limitBytes", String(limitBytes))) }
        if isPrevious { query.append(("previous", "true")) }
        if hasTimestamps { query.append(("timestamps", "true")) }
        if follow { query.append(("follow", "true")) }
        return query
    }
}

extension KubernetesClient {
    /// A container's log as it is now; a megabyte at most unless `limitBytes` says otherwise.
    package func logs(pod: String, namespace: String, _ log: LogOptions = LogOptions()) async throws -> String {
        var log = log
        log.limitBytes = log.limitBytes ?? 1 << 20
        let request = logRequest(pod, namespace, log.query(follow: false))
        let response = try await transport.send(request)
        try transport.check(response, request)
        return String(buffer: response.body)
    }

    /// A container's log line by line as it is written, until the container ends or the caller stops.
    package func followLogs(
        pod: String,
        namespace: String,
        _ log: LogOptions = LogOptions()
    ) async throws -> LineStream {
        let request = logRequest(pod, namespace, log.query(follow: true))
        return LineStream(body: try await transport.stream(request).body, transport: transport, request: request)
    }

    private func logRequest(
        _ pod: String,
        _ namespace: String,
        _ query: [(name: String, value: String)]
    ) -> APIRequest {
        let target = Target(type: .pod, namespace: namespace, name: pod, subresource: "log")
        var request = request(.GET, target, "read")
        request.query = query
        request.headers = [("Accept", "*/*")]
        return request
    }
}

/// Lines of text that come as they are written. Longer lines than a megabyte end the stream with an error.
package struct LineStream: AsyncSequence {
    package typealias Element = String

    let body: HTTPClientResponse.Body
    let transport: Transport
    let request: APIRequest

    package func makeAsyncIterator() -> Iterator {
        Iterator(body: body.makeAsyncIterator(), transport: transport, request: request)
    }

    package struct Iterator: AsyncIteratorProtocol {
        var body: HTTPClientResponse.Body.AsyncIterator
        let transport: Transport
        let request: APIRequest
        private var lines = LineDecoder(limit: 1 << 20)
        private var hasEnded = false

        init(body: HTTPClientResponse.Body.AsyncIterator, transport: Transport, request: APIRequest) {
            self.body = body
            self.transport = transport
            self.request = request
        }

        @concurrent
        package mutating func next() async throws -> String? {
            do {
                while true {
                    if let line = try lines.next() { return String(buffer: line) }
                    if hasEnded { return lines.rest().map { String(buffer: $0) } }
                    guard let bytes = try await body.next() else {
                        try Task.checkCancellation()
                        hasEnded = true
                        continue
                    }
                    lines.append(bytes)
                }
            } catch let error where error is CancellationError || Task.isCancelled {
                throw CancellationError()
            } catch let error as LineDecoder.LineTooLong {
                throw transport.error(.tooLarge, request, "a line is longer than \(error.limit) bytes")
            } catch {
                throw transport.classify(error, request)
            }
        }
    }
}
