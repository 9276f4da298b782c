import Core
import Foundation
import Kubernetes
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import LocalCluster

@Suite("API: proxy")
struct ProxyTests {
    /// A service that tells what it was asked.
    private final class EchoHandler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private var head: HTTPRequestHead?
        private var body = ""

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body(let buffer): body += String(buffer: buffer)
            case .end:
                guard let head else { return }
                let credentials = head.headers.contains(name: "Authorization") ? "with" : "without"
                let text = "\(head.method) \(head.uri) \(credentials) credentials \(body)"
                let isRedirect = head.uri.hasPrefix("/redirect")
                var headers: HTTPHeaders = ["Content-Length": "\(text.utf8.count)", "X-Echo": "yes"]
                if isRedirect { headers.add(name: "Location", value: "/elsewhere") }
                let status: HTTPResponseStatus = isRedirect ? .found : head.uri.hasPrefix("/fail") ? .imATeapot : .ok
                context.write(
                    wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))),
                    promise: nil
                )
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
                body = ""
            }
        }
    }

    private func withEcho(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(EchoHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(channel.localAddress?.port ?? 0)
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }

    private func pod(_ name: String, on server: TestServer) async throws {
        var pod = StoreFixtures.pod(name, node: "n", labels: ["app": "web"])
        pod["spec", "containers"] = [
            ["name": "web", "image": "i:1", "ports": [["name": "http", "containerPort": 8000]]]
        ]
        _ = try await server.store.create(pod)
    }

    @Test("any method, path, query and body reach the pod, the credentials do not")
    func pods() async throws {
        try await withEcho { port in
            try await TestServer.run { server in
                try await pod("p", on: server)
                server.pods.serve(pod: "p", at: PodAddress(host: "127.0.0.1", port: port))
                let base = "/api/v1/namespaces/default/pods"
                for form in ["p", "p:8000", "p:http", "http:p:8000"] {
                    let answer = try await server.request("GET", "\(base)/\(form)/proxy/health/live?deep=1&x=%2F")
                    #expect(answer.text == "GET /health/live?deep=1&x=%2F without credentials ")
                    #expect(answer.headers["x-echo"] == "yes")
                }
                let posted = try await server.request("POST", "\(base)/p/proxy/api%2Fv1/x", text: "hello")
                #expect(posted.text == "POST /api%2Fv1/x without credentials hello")
                #expect(try await server.request("DELETE", "\(base)/p/proxy/y").text.hasPrefix("DELETE /y"))
                #expect(try await server.request("GET", "\(base)/p/proxy/fail").status == 418)
                let moved = try await server.request("GET", "\(base)/p/proxy")
                #expect(moved.status == 301)
                #expect(moved.headers["location"] == "\(base)/p/proxy/")
                let redirect = try await server.request("GET", "\(base)/p/proxy/redirect")
                #expect(redirect.headers["location"] == "\(base)/p/proxy/elsewhere")
                #expect(try await server.request("GET", "\(base)/p:nope/proxy/").status == 400)
                #expect(try await server.request("GET", "\(base)/absent/proxy/").status == 404)
            }
        }
    }

    @Test("a Service hands on to one of its ready endpoints")
    func services() async throws {
        try await withEcho { port in
            try await TestServer.run { server in
                try await pod("p", on: server)
                server.pods.serve(pod: "p", at: PodAddress(host: "127.0.0.1", port: port))
                let spec: JSON = [
                    "selector": ["app": "web"], "ports": [["name": "http", "port": 80, "targetPort": "http"]],
                ]
                _ = try await server.store.create(
                    KubernetesObject(.service, namespace: "default", name: "s", content: ["spec": spec])
                )
                let base = "/api/v1/namespaces/default/services"
                let none = try await server.request("GET", "\(base)/s:http/proxy/x")
                #expect(none.status == 503)
                #expect(none.json["message"] == "no endpoints available for service \"s\"")
                var slice = KubernetesObject(
                    .endpointSlice,
                    namespace: "default",
                    name: "s-1",
                    content: [
                        "addressType": "IPv4", "ports": [["name": "http", "port": 8000]],
                        "endpoints": [
                            [
                                "addresses": ["10.0.0.1"], "conditions": ["ready": true],
                                "targetRef": ["kind": "Pod", "name": "p", "namespace": "default"],
                            ], ["addresses": ["10.0.0.2"], "conditions": ["ready": false]],
                        ],
                    ]
                )
                slice.labels = [LabelName.serviceName: "s"]
                _ = try await server.store.create(slice)
                for form in ["s", "s:http", "s:80", "http:s:80"] {
                    let answer = try await server.request("GET", "\(base)/\(form)/proxy/x")
                    #expect(answer.text == "GET /x without credentials ", "\(form)")
                }
                #expect(try await server.request("GET", "\(base)/s:nope/proxy/x").status == 503)
            }
        }
    }

    @Test("a pod that does not listen is 503, worded as Kubernetes does")
    func refused() async throws {
        try await TestServer.run { server in
            try await pod("p", on: server)
            let base = "/api/v1/namespaces/default/pods"
            #expect(try await server.request("GET", "\(base)/p:9/proxy/").status == 503)
            server.pods.serve(pod: "p", at: PodAddress(host: "127.0.0.1", port: 0))
            let answer = try await server.request("GET", "\(base)/p:9/proxy/")
            #expect(answer.status == 503)
            #expect(
                answer.json["message"]
                    == "error trying to reach service: dial tcp 127.0.0.1:9: connect: connection refused"
            )
            #expect(answer.json["reason"] == "ServiceUnavailable")
        }
    }
}
