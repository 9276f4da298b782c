import AsyncHTTPClient
import Core
import Foundation
import Kubernetes
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import LocalCluster

@Suite(.timeLimit(.minutes(2))) struct ServiceProxyTests {
    @Test func balancesOverReadyEndpointsAndMovesWithoutAFailedRequest() async throws {
        try await withProxy { proxy in
            let backends = try await [Backend.start("one"), Backend.start("two")]
            let url = try await proxy.service(endpoints: [backends[0]])
            try await proxy.eventually { try await get(url) == "one" }

            // Requests go on while the endpoints are exchanged again and again.
            let isOver = Atomic(false)
            async let load: [String: Int] = {
                var answers: [String: Int] = [:]
                while !isOver.load(ordering: .relaxed) { answers[try await get(url), default: 0] += 1 }
                return answers
            }()
            for _ in 0..<5 {
                try await proxy.setEndpoints([backends[1]])
                try await proxy.eventually { try await get(url) == "two" }
                try await proxy.setEndpoints([backends[0]])
                try await proxy.eventually { try await get(url) == "one" }
            }
            isOver.store(true, ordering: .relaxed)
            let answers = try await load
            #expect(answers.keys.sorted() == ["one", "two"])
            for backend in backends { try await backend.stop() }
        }
    }

    @Test func triesAnotherEndpointWhereOneDoesNotAnswer() async throws {
        try await withProxy { proxy in
            let gone = try await Backend.start("gone")
            let alive = try await Backend.start("alive")
            try await gone.stop()
            let url = try await proxy.service(endpoints: [gone, alive])
            try await proxy.eventually { try await get(url) == "alive" }
            for _ in 0..<10 { #expect(try await get(url) == "alive") }
            try await alive.stop()
        }
    }

    @Test func refusesAtOnceWithoutEndpoints() async throws {
        try await withProxy { proxy in
            let backend = try await Backend.start("x")
            let url = try await proxy.service(endpoints: [backend])
            try await proxy.eventually { try await get(url) == "x" }
            try await proxy.setEndpoints([])
            try await proxy.eventually {
                do {
                    _ = try await get(url)
                    return false
                } catch {
                    return true
                }
            }
            try await backend.stop()
        }
    }

    @Test func prefersReadyEndpointsAndFallsBackToServingTerminatingOnes() {
        let service = KubernetesObject(
            .service,
            namespace: "default",
            name: "web",
            content: ["spec": ["ports": [["port": 80]]]]
        )
        func slice(_ endpoints: [(host: String, ready: Bool, terminating: Bool)]) -> KubernetesObject {
            var slice = KubernetesObject(.endpointSlice, namespace: "default", name: "web-1")
            slice.labels = [LabelName.serviceName: "web"]
            slice["ports"] = [["name": "", "port": 8000]]
            slice["endpoints"] = .array(
                endpoints.map { endpoint in
                    [
                        "addresses": .array([.string(endpoint.host)]),
                        "conditions": [
                            "ready": .bool(endpoint.ready), "serving": true,
                            "terminating": .bool(endpoint.terminating),
                        ],
                    ]
                }
            )
            return slice
        }
        func hosts(_ endpoints: [(host: String, ready: Bool, terminating: Bool)]) -> [String] {
            EndpointTable(services: [service], slices: [slice(endpoints)]).endpoints.values.flatMap { $0 }.map(\.host)
        }
        #expect(hosts([("a", true, false), ("b", false, true)]) == ["a"])
        #expect(hosts([("b", false, true)]) == ["b"])
    }

    @Test func spreadsConnectionsAndKeepsAClientWhereAffinityIsAsked() {
        let routes = ServiceRoutes()
        let port = ServiceRoutes.Port(namespace: "n", service: "s", name: "")
        let all = (1...3).map { ServiceRoutes.Endpoint(host: "h\($0)", port: 80) }
        routes.replace([port: all])
        let chosen = (0..<6).compactMap { _ in routes.acquire(port, tried: [], affinity: nil) }
        #expect(Dictionary(grouping: chosen) { $0 }.values.allSatisfy { $0.count == 2 })
        let same = (0..<5).compactMap { _ in routes.acquire(port, tried: [], affinity: "127.0.0.9") }
        #expect(Set(same).count == 1)
        #expect(routes.acquire(port, tried: Set(all), affinity: nil) == nil)
    }
}

/// Asks once, over a connection of its own.
private func get(_ url: String) async throws -> String {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Connection", value: "close")
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
    return String(buffer: try await response.body.collect(upTo: 1024))
}

/// A proxy over a store in memory, with one Service.
private struct RunningProxy: Sendable {
    let store: ObjectStore

    /// Makes the Service and gives its address as a URL.
    func service(endpoints: [Backend]) async throws -> String {
        let service = try await store.create(
            KubernetesObject(
                .service,
                namespace: "default",
                name: "web",
                content: ["spec": ["ports": [["port": 8080, "targetPort": 8000]]]]
            )
        )
        try await setEndpoints(endpoints)
        return "http://\(ServiceView(service).clusterIP ?? ""):8080/"
    }

    /// One slice a backend: each listens on a port of its own.
    func setEndpoints(_ backends: [Backend]) async throws {
        // New ones first: a Service without any endpoint refuses, and that is not what is tested here.
        for backend in backends
        where await store.get(.endpointSlice, namespace: "default", name: "web-\(backend.port)") == nil {
            var slice = KubernetesObject(.endpointSlice, namespace: "default", name: "web-\(backend.port)")
            slice.labels = [LabelName.serviceName: "web"]
            slice["addressType"] = "IPv4"
            slice["ports"] = [["name": "", "port": .int(Int64(backend.port)), "protocol": "TCP"]]
            slice["endpoints"] = [
                ["addresses": ["127.0.0.1"], "conditions": ["ready": true, "serving": true, "terminating": false]]
            ]
            _ = try await store.create(slice)
        }
        for slice in await store.list(.endpointSlice, namespace: "default").items
        where !backends.contains(where: { slice.name == "web-\($0.port)" }) {
            _ = try await store.delete(.endpointSlice, namespace: "default", name: slice.name)
        }
    }

    /// Asks again until the condition holds; the suite's time limit ends it otherwise.
    func eventually(_ condition: () async throws -> Bool) async throws {
        while await !((try? condition()) ?? false) {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

private func withProxy(_ body: @Sendable (RunningProxy) async throws -> Void) async throws {
    let store = try ObjectStore(path: nil)
    try await store.bootstrap()
    try await withThrowingTaskGroup(of: Void.self) { group in
        let proxy = ServiceProxy(store: store, logger: Logger(label: "test"))
        group.addTask { try await proxy.run() }
        try await body(RunningProxy(store: store))
        group.cancelAll()
        // The cancelled proxy may end with a CancellationError: that is how it ends.
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
    }
}

/// An HTTP server that answers every request with its name.
private struct Backend: Sendable {
    let port: Int
    private let channel: any Channel

    static func start(_ name: String) async throws -> Backend {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answer(name: name))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return Backend(port: channel.localAddress?.port ?? 0, channel: channel)
    }

    func stop() async throws { try await channel.close() }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let name: String

        init(name: String) { self.name = name }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let headers: HTTPHeaders = ["Content-Length": "\(name.utf8.count)", "Connection": "close"]
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: name)))), promise: nil)
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
