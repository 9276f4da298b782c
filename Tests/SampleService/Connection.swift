import NIOCore
import NIOHTTP1

/// Answers the requests of one connection, in order.
struct Connection {
    let settings: Settings
    let state: ServiceState

    func serve(_ channel: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>) async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                var head: HTTPRequestHead?
                for try await part in inbound {
                    switch part {
                    case .head(let received): head = received
                    case .body: break
                    case .end:
                        guard let request = head else { return }
                        if try await answer(request, outbound) == false { return }
                    }
                }
            }
        } catch {
            Log.line("connection ended: \(error)")
        }
    }

    /// Answers one request; false when the connection ends after it.
    private func answer(
        _ request: HTTPRequestHead,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws -> Bool {
        let path = request.uri.split(separator: "?").first.map(String.init) ?? "/"
        let key: (HTTPResponseStatus) -> ServiceState.RequestKey = {
            .init(method: request.method.rawValue, path: path, status: Int($0.code))
        }
        let number = state.begin()
        let (status, body) = await respond(to: path, number: number)
        defer { state.end(key(status)) }
        // A draining service asks its clients to move on; every connection gets to hear it before the process ends.
        let keepAlive = request.isKeepAlive && !state.isDraining
        var head = HTTPResponseHead(version: request.version, status: status)
        head.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        head.headers.add(name: "Content-Length", value: String(body.utf8.count))
        if !keepAlive { head.headers.add(name: "Connection", value: "close") }
        try await outbound.write(
            contentsOf: [.head(head), .body(.byteBuffer(ByteBuffer(string: body))), .end(nil)]
        )
        return keepAlive
    }

    private func respond(to path: String, number: Int) async -> (HTTPResponseStatus, String) {
        switch path {
        case "/health": return (.ok, "{\"status\":\"ok\",\"version\":\"\(settings.version)\"}\n")
        case "/health/liveness": return (.ok, "alive\n")
        case "/health/readiness":
            if settings.neverReady { return (.serviceUnavailable, "the database is not open\n") }
            return state.isDraining ? (.serviceUnavailable, "draining\n") : (.ok, "ready\n")
        case "/metrics": return (.ok, state.metrics)
        default:
            if settings.latencyMilliseconds > 0 {
                try? await Task.sleep(for: .milliseconds(settings.latencyMilliseconds))
            }
            // Every n-th request fails, so that the share is exact and a test does not depend on luck.
            let isFault = settings.errorShare > 0 && number % max(1, Int((1 / settings.errorShare).rounded())) == 0
            return isFault ? (.internalServerError, "fault\n") : (.ok, "version \(settings.version)\n")
        }
    }
}
