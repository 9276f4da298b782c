import AsyncHTTPClient
import Core
import Foundation
import Kubernetes
import NIOCore
import NIOHTTP1
import Testing

@testable import LocalCluster

@Suite("API: going down")
struct ShutdownTests {
    @Test("open watches and followed logs end with the server", .timeLimit(.minutes(1)))
    func openStreams() async throws {
        let (events, report) = AsyncStream<String>.makeStream()
        try await TestServer.run { server in
            var pod = StoreFixtures.pod("p", node: "n")
            pod["spec", "containers"] = [["name": "a", "image": "i:1"]]
            _ = try await server.store.create(pod)
            server.pods.write(["first"], pod: "p", container: "a")
            let log = "/api/v1/namespaces/default/pods/p/log?follow=true&container=a"
            for path in ["/api/v1/pods?watch=1", log] {
                // Tasks of their own: they live as long as their connections, longer than this closure.
                Task.detached { try await Self.follow(path, on: server, report) }
            }
            var iterator = events.makeAsyncIterator()
            var open: Set<String> = []
            while open.count < 2, let event = await iterator.next() { open.insert(event) }
        }
        // The server has ended: so have both streams.
        var iterator = events.makeAsyncIterator()
        var ended = 0
        while ended < 2, let event = await iterator.next() { ended += event == "end" ? 1 : 0 }
        #expect(ended == 2)
    }

    private static func follow(
        _ path: String,
        on server: TestServer,
        _ report: AsyncStream<String>.Continuation
    ) async throws {
        defer { report.yield("end") }
        try await server.withClient { client in
            var request = HTTPClientRequest(url: "https://127.0.0.1:\(server.port)\(path)")
            request.headers.add(name: "Authorization", value: "Bearer \(TestServer.token.reveal())")
            let response = try await client.execute(request, timeout: .seconds(50))
            for try await _ in response.body { report.yield(path) }
        }
    }
}
