import Core
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A request as the test's server received it.
struct ReceivedRequest: Sendable {
    let method: HTTPMethod
    let uri: String
    let headers: HTTPHeaders
    let body: Data

    var path: String { String(uri.prefix { $0 != "?" }) }
    var json: JSON? { try? JSON(parsing: body) }

    /// The decoded query.
    var query: [String: String] {
        let items = URLComponents(string: "http://x\(uri)")?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    }
}

/// What the test's server answers.
struct TestResponse: Sendable {
    enum Ending: Sendable { case complete, cutOff, hang }

    var status = 200
    var headers: [(String, String)] = []
    /// Sent one after another, as separate writes.
    var chunks: [String] = []
    var ending = Ending.complete

    static func json(_ json: JSON, status: Int = 200, headers: [(String, String)] = []) -> TestResponse {
        TestResponse(
            status: status,
            headers: headers + [("Content-Type", "application/json")],
            chunks: [json.text()]
        )
    }

    /// Watch events, one a line; then the stream ends, breaks or stays silent.
    static func events(_ events: [JSON], ending: Ending = .complete) -> TestResponse {
        TestResponse(chunks: events.map { $0.text() + "\n" }, ending: ending)
    }
}

/// A real HTTP server on an ephemeral port of the loopback, answering as a test scripts it.
final class TestServer: Sendable {
    typealias Handler = @Sendable (ReceivedRequest) async throws -> TestResponse

    private let received = Mutex<[ReceivedRequest]>([])
    private let handler: Handler
    private let listener: NIOAsyncChannel<NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, Never>
    let port: Int

    var requests: [ReceivedRequest] { received.withLock { $0 } }

    private init(tls: NIOSSLContext?, handler: @escaping Handler) async throws {
        self.handler = handler
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
        port = listener.channel.localAddress?.port ?? 0
    }

    static func with<Result: Sendable>(
        tls: NIOSSLContext? = nil,
        _ handler: @escaping Handler,
        _ body: @escaping @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        let server = try await TestServer(tls: tls, handler: handler)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await server.serve()
                return nil
            }
            group.addTask { try await body(server) }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
    }

    private func serve() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    // A client may hang up in the middle of anything: that is part of the tests.
                    group.addTask { try? await self.serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body = Data()
            for try await part in inbound {
                switch part {
                case .head(let value):
                    head = value
                    body = Data()
                case .body(let bytes):
                    body.append(contentsOf: bytes.readableBytesView)
                case .end:
                    guard let head else { return }
                    let request = ReceivedRequest(
                        method: head.method,
                        uri: head.uri,
                        headers: head.headers,
                        body: body
                    )
                    received.withLock { $0.append(request) }
                    guard try await answer(request, outbound) else { return }
                }
            }
        }
    }

    /// False where the connection is to be closed.
    private func answer(
        _ request: ReceivedRequest,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws -> Bool {
        let response = try await handler(request)
        if response.status == 0 { return false }
        var headers = HTTPHeaders(response.headers)
        headers.add(name: "Transfer-Encoding", value: "chunked")
        let status = HTTPResponseStatus(statusCode: response.status)
        try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
        for chunk in response.chunks { try await outbound.write(.body(.byteBuffer(ByteBuffer(string: chunk)))) }
        switch response.ending {
        case .complete:
            try await outbound.write(.end(nil))
            return true
        case .cutOff:
            return false
        case .hang:
            // Until the client hangs up or the test ends.
            try await Task.sleep(for: .seconds(60))
            return false
        }
    }

    func url(scheme: String = "http") throws -> URL {
        guard let url = URL(string: "\(scheme)://127.0.0.1:\(port)") else { throw URLError(.badURL) }
        return url
    }
}
