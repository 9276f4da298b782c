import Core
import Foundation
import Kubernetes
import NIOHTTP1
import Synchronization
import Testing

/// Runs `body` with a client of a server that answers as `handler` says.
@discardableResult
func withClient<Result: Sendable>(
    credentials: ClusterCredentials = .none,
    timeout: Duration = .seconds(10),
    pageSize: Int = 500,
    _ handler: @escaping TestServer.Handler,
    _ body: @escaping @Sendable (KubernetesClient, TestServer) async throws -> Result
) async throws -> Result {
    try await TestServer.with(handler) { server in
        var options = KubernetesClient.Options()
        options.timeout = timeout
        options.pageSize = pageSize
        let connection = ClusterConnection(name: "test", server: try server.url(), credentials: credentials)
        return try await KubernetesClient.with(connection, options: options) { try await body($0, server) }
    }
}

/// A ConfigMap as a server would send it.
func configMap(_ name: String, version: Int, uid: String = "u") -> JSON {
    [
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": [
            "name": .string(name), "namespace": "shop", "uid": .string(uid), "resourceVersion": .string("\(version)"),
        ],
    ]
}

@Suite struct ClientTests {
    @Test(
        .enabled(if: SharedRecordings.isPresent, .init(rawValue: SharedRecordings.absence)),
        arguments: [
            "error-404", "error-404-resource", "error-409-exists", "error-422-required", "error-415-patch-type",
        ]
    )
    func throwsWhatTheServerSaid(recording: String) async throws {
        let exchange = try SharedRecordings.exchange(recording)
        let body = try #require(exchange["body"])
        let status = try #require(exchange["status"]?.int)
        try await withClient({ _ in .json(body, status: status) }) { client, _ in
            let error = await #expect(throws: KubernetesStatusError.self) {
                try await client.get(.deployment, namespace: "x", name: "absent")
            }
            #expect(error?.json == body)
        }
    }

    @Test func anAbsentObjectIsNilAndAnAbsentTypeIsNot() async throws {
        let absent = KubernetesStatusError.notFound(.deployment, "x").json
        try await withClient({ _ in .json(absent, status: 404) }) { client, _ in
            let found = try await client.find(.deployment, namespace: "a", name: "x")
            let deleted = try await client.delete(.deployment, namespace: "a", name: "x")
            #expect(found == nil && deleted == nil)
        }
        try await withClient({ _ in .json(KubernetesStatusError.resourceNotFound.json, status: 404) }) { client, _ in
            await #expect(throws: KubernetesStatusError.self) {
                try await client.find(.httpRoute, namespace: "a", name: "x")
            }
        }
    }

    @Test func listsInPagesAndStartsAgainWhenAPageHasExpired() async throws {
        let expired = Mutex(false)
        let list = try await withClient(
            pageSize: 2,
            { request in
                #expect(request.query["labelSelector"] == "app=api")
                if request.query["continue"] == "two" {
                    let first = expired.withLock { flag in
                        defer { flag = true }
                        return !flag
                    }
                    if first { return .json(KubernetesStatusError.expired("too old").json, status: 410) }
                    return .json(["metadata": ["resourceVersion": "9"], "items": [["metadata": ["name": "c"]]]])
                }
                #expect(request.query["limit"] == "2")
                return .json([
                    "metadata": ["resourceVersion": "9", "continue": "two"],
                    "items": [["metadata": ["name": "a"]], ["metadata": ["name": "b"]]],
                ])
            }
        ) { client, _ in
            try await client.list(.pod, namespace: "shop", labels: LabelSelector(matching: ["app": "api"]))
        }
        #expect(list.items.map(\.name) == ["a", "b", "c"])
        #expect(list.resourceVersion == "9")
        #expect(list.items.allSatisfy { $0.kind == "Pod" && $0.apiVersion == "v1" })
    }

    @Test(arguments: [429, 503])
    func comesBackWhenTheServerSaysSo(status: Int) async throws {
        let count = Mutex(0)
        try await withClient({ _ in
            let attempt = count.withLock { value in
                value += 1
                return value
            }
            guard attempt > 1 else { return .json(["kind": "Status"], status: status, headers: [("Retry-After", "0")]) }
            return .json(configMap("c", version: 1))
        }) { client, server in
            let created = try await client.create(KubernetesObject(.configMap, namespace: "shop", name: "c"))
            #expect(created.resourceVersion == "1")
            #expect(server.requests.count == 2)
            #expect(server.requests.allSatisfy { $0.query["fieldManager"] == "slipway" })
        }
    }

    @Test func doesNotWaitLongerThanTheCallMay() async throws {
        let busy = KubernetesStatusError.tooManyRequests("slow down", retryAfter: 3600)
        try await withClient({ _ in .json(busy.json, status: 429, headers: [("Retry-After", "3600")]) }) { client, _ in
            let error = await #expect(throws: KubernetesStatusError.self) {
                try await client.get(.configMap, namespace: "shop", name: "c")
            }
            #expect(error == busy)
            #expect(error?.slipwayError(doing: "", cluster: "").next?.contains("overloaded") == true)
        }
    }

    @Test func repeatsAReadAfterALostConnectionButNotACreate() async throws {
        let count = Mutex(0)
        try await withClient({ request in
            let attempt = count.withLock { value in
                value += 1
                return value
            }
            return request.method == .GET && attempt > 1 ? .json(configMap("c", version: 1)) : TestResponse(status: 0)
        }) { client, server in
            _ = try await client.get(.configMap, namespace: "shop", name: "c")
            #expect(server.requests.count == 2)
            let error = await #expect(throws: ClusterError.self) {
                try await client.create(KubernetesObject(.configMap, namespace: "shop", name: "c"))
            }
            #expect(error?.kind == .unreachable)
            #expect(error?.action == "create configmaps in shop \"c\"")
            #expect(server.requests.count == 3)
        }
    }

    @Test func everyCallEnds() async throws {
        try await withClient(timeout: .milliseconds(200), { _ in TestResponse(chunks: ["{"], ending: .hang) }) {
            client,
            _ in
            let error = await #expect(throws: ClusterError.self) {
                try await client.get(.configMap, namespace: "shop", name: "c")
            }
            #expect(error?.kind == .timedOut)
        }
    }

    @Test func cancellingEndsACall() async throws {
        try await withClient({ _ in TestResponse(ending: .hang) }) { client, server in
            let task = Task { try await client.get(.configMap, namespace: "shop", name: "c") }
            while server.requests.isEmpty { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func namesTheClusterWhenNobodyListens() async throws {
        // A port that was free a moment ago.
        let url = try await TestServer.with({ _ in .json([:]) }) { try $0.url() }
        let connection = ClusterConnection(name: "staging", server: url)
        var options = KubernetesClient.Options()
        options.timeout = .seconds(5)
        try await KubernetesClient.with(connection, options: options) { client in
            let error = await #expect(throws: ClusterError.self) { try await client.serverVersion() }
            #expect(error?.kind == .unreachable && error?.cluster == "staging")
            #expect(error?.description.contains("Cannot ask for the version on the cluster \"staging\"") == true)
        }
    }

    @Test func sendsPatchesAppliesAndDeletesAsTheAPIWantsThem() async throws {
        try await withClient({ _ in .json(configMap("c", version: 2)) }) { client, server in
            _ = try await client.patch(.configMap, namespace: "shop", name: "c", .merge(["data": ["a": "b"]]))
            _ = try await client.patch(.deployment, namespace: "shop", name: "d", subresource: "scale", .strategic([:]))
            _ = try await client.patch(.configMap, namespace: "shop", name: "c", .json([]))
            _ = try await client.apply(
                KubernetesObject(.configMap, namespace: "shop", name: "c"),
                force: true,
                options: WriteOptions(isDryRun: true, fieldManager: "me", isStrict: true)
            )
            _ = try await client.delete(.configMap, namespace: "shop", name: "c", propagation: .foreground, uid: "u")
            let requests = server.requests
            #expect(
                requests.prefix(4).map { $0.headers.first(name: "Content-Type") } == [
                    "application/merge-patch+json", "application/strategic-merge-patch+json",
                    "application/json-patch+json", "application/apply-patch+yaml",
                ]
            )
            #expect(requests[1].path == "/apis/apps/v1/namespaces/shop/deployments/d/scale")
            #expect(
                requests[3].query == [
                    "fieldManager": "me", "force": "true", "dryRun": "All", "fieldValidation": "Strict",
                ]
            )
            #expect(requests[4].method == .DELETE)
            #expect(requests[4].json?["preconditions"] == ["uid": "u"])
            #expect(requests[4].json?["propagationPolicy"] == "Foreground")
        }
    }

    @Test func sendsTheTokenAndReadsAnewOneAfterA401() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "token")
        try Data("old\n".utf8).write(to: file)
        try await withClient(
            credentials: .tokenFile(file),
            { request in
                guard request.headers.first(name: "Authorization") == "Bearer new" else {
                    try Data("new\n".utf8).write(to: file)
                    return .json(KubernetesStatusError.unauthorized.json, status: 401)
                }
                return .json(["major": "1", "minor": "36+", "gitVersion": "v1.36.0"])
            }
        ) { client, server in
            let version = try await client.serverVersion()
            #expect(version.major == 1 && version.minor == 36)
            #expect(server.requests.count == 2)
        }
    }

    @Test func asksPodsAndServicesThroughTheProxy() async throws {
        try await withClient({ request in
            request.path.hasSuffix("/bad")
                ? .json(KubernetesStatusError.serviceUnavailable("error trying to reach service").json, status: 503)
                : TestResponse(status: 418, headers: [("X-Kind", "teapot")], chunks: ["short", " and stout"])
        }) { client, server in
            let answer = try await client.podProxy(
                pod: "p",
                namespace: "shop",
                port: "8000",
                ProxyRequest("/health?deep=1", method: "POST", headers: [("X-A", "b")], body: Data("hi".utf8))
            )
            #expect(answer.status == 418 && answer.text == "short and stout" && answer.proxyFailure == nil)
            #expect(answer.headers.contains { $0.name == "X-Kind" && $0.value == "teapot" })
            #expect(server.requests[0].uri == "/api/v1/namespaces/shop/pods/p:8000/proxy/health?deep=1")
            #expect(server.requests[0].body == Data("hi".utf8))
            let failed = try await client.serviceProxy(
                service: "s",
                namespace: "shop",
                port: "http",
                ProxyRequest("/bad")
            )
            #expect(failed.proxyFailure?.code == 503)
            #expect(server.requests.count == 2, "what a pod answers is never asked for again")
            for path in ["no-slash", "/a b", "/../../x", "/a/%2E%2e/x", "/a#b", ""] {
                await #expect(throws: SlipwayError.self, "\(path)") {
                    try await client.podProxy(pod: "p", namespace: "shop", port: "1", ProxyRequest(path))
                }
            }
            await #expect(throws: ClusterError.self) {
                try await client.podProxy(pod: "p", namespace: "shop", port: "1", ProxyRequest("/", bodyLimit: 3))
            }
        }
    }

    @Test func readsAndFollowsLogs() async throws {
        try await withClient({ request in
            request.query["follow"] == nil
                ? TestResponse(chunks: ["one\ntwo\n"])
                : TestResponse(chunks: ["fir", "st\nsecond\r\nthi", "rd"])
        }) { client, server in
            let text = try await client.logs(
                pod: "p",
                namespace: "shop",
                LogOptions(container: "c", tailLines: 2, isPrevious: true)
            )
            #expect(text == "one\ntwo\n")
            #expect(
                server.requests[0].query == [
                    "container": "c", "tailLines": "2", "previous": "true", "limitBytes": "1048576",
                ]
            )
            var lines: [String] = []
            for try await line in try await client.followLogs(pod: "p", namespace: "shop") { lines.append(line) }
            #expect(lines == ["first", "second", "third"])
        }
    }

    @Test func discoversWhatItDoesNotKnowOnce() async throws {
        try await withClient({ request in
            guard request.path.hasPrefix("/apis/example.com/v1") else {
                return .json(KubernetesStatusError.resourceNotFound.json, status: 404)
            }
            return .json([
                "resources": [
                    ["name": "gizmos", "singularName": "gizmo", "kind": "Gizmo", "namespaced": true, "verbs": ["get"]],
                    ["name": "gizmos/status", "kind": "Gizmo", "namespaced": true],
                ]
            ])
        }) { client, server in
            let type = try await client.type(apiVersion: "example.com/v1", kind: "Gizmo")
            #expect(type.path(namespace: "a") == "/apis/example.com/v1/namespaces/a/gizmos")
            #expect(try await client.serves(type))
            #expect(server.requests.count == 1)
            await #expect(throws: SlipwayError.self) {
                try await client.type(apiVersion: "example.com/v1", kind: "Gismo")
            }
            #expect(try await client.serves(.httpRoute) == false)
        }
    }

    @Test func asksWhetherItMay() async throws {
        try await withClient({ request in
            let allowed = request.json?[path: "spec", "resourceAttributes", "verb"] == "patch"
            return .json(["status": ["allowed": .bool(allowed), "reason": "because"]], status: 201)
        }) { client, server in
            let first = try await client.mayI("patch", .deployment, namespace: "shop")
            let second = try await client.mayI("get", .pod, subresource: "log")
            #expect(first.isAllowed && !second.isAllowed)
            #expect(
                server.requests[1].json?[path: "spec", "resourceAttributes"] == [
                    "verb": "get", "group": "", "version": "v1", "resource": "pods", "subresource": "log",
                ]
            )
        }
    }
}
