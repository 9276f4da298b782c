import EpisodicMemory
import Foundation
import NIOCore
import NIOPosix
import HTTPTypes
import HummingbirdTesting
import Testing

/// What a client that keeps to no rule is told, over a bare socket.
@Suite struct LimitsTests {
    @Test func headersThatAreTooLargeAreA431() async throws {
        try await TestService().run { client in
            let answer = try await send(
                "GET /health HTTP/1.1\r\nHost: x\r\nX-A: \(String(repeating: "a", count: 40_000))\r\n\r\n",
                client
            )
            #expect(answer.hasPrefix("HTTP/1.1 431 "))
            #expect(answer.contains("headers_too_large"))
        }
    }

    @Test func whatIsNotHTTPIsA400() async throws {
        try await TestService().run { client in
            let answer = try await send("this is no request\r\n\r\n", client)
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.contains("not_http"))
        }
    }

    @Test func aBodyThatDoesNotComeIsA408() async throws {
        var service = try TestService()
        service.configuration.requestTimeout = .milliseconds(200)
        try await service.run { client in
            let head =
                "POST /api/v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
            let answer = try await send(head + "{\"goal\"", client)
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.contains("request_timeout"))
        }
    }

    @Test func aConnectionThatSaysNothingIsClosed() async throws {
        var service = try TestService()
        service.configuration.idleTimeout = .seconds(1)
        try await service.run { client in
            let answer = try await send("GET /heal", client)
            #expect(answer.isEmpty)
        }
    }

    @Test(arguments: [
        "[" + String(repeating: "[", count: 200), #"{"goal":"\#(String(repeating: "x", count: 9000))"}"#,
        #"{"goal":"x","tags":[\#((0..<65).map { "\"\($0)\"" }.joined(separator: ","))]}"#,
        #"{"goal":"a\u0000b"}"#, #"{"goal":"  \n"}"#,
    ])
    func documentsBeyondTheLimitsAreRefused(body: String) async throws {
        try await TestService().run { client in
            let answer = try await client.send(
                .post,
                "/api/v1/capture",
                headers: [.contentType: "application/json"],
                body: body
            )
            #expect([400, 422].contains(answer.status.code))
        }
    }

    /// Everything the service says until it closes the connection.
    private func send(_ text: String, _ client: TestService.Client) async throws -> String {
        let port = try #require(client.http.port)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "localhost", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            // On a slow machine the service may have closed the connection by now.
            try? await outbound.write(ByteBuffer(string: text))
            var answer = ""
            do {
                for try await part in inbound { answer += String(buffer: part) }
            } catch let error as IOError where error.errnoCode == ECONNRESET {
                // Closed while what we sent was still on its way: that is closed too.
            }
            return answer
        }
    }
}
