import Core
import Foundation
import Kubernetes
import Testing

@Suite struct RealServerTests {
    private func config(_ name: String, _ value: String) -> KubernetesObject {
        KubernetesObject(.configMap, namespace: "default", name: name, content: ["data": ["key": .string(value)]])
    }

    @Test func anObjectsWholeLife() async throws {
        try await RealServer.with { server in
            try await KubernetesClient.with(server.connection) { client in
                let made = try await client.create(config("c", "1"))
                #expect(made.uid != nil && made.resourceVersion != nil)
                let twice = await #expect(throws: KubernetesStatusError.self) {
                    try await client.create(config("c", "1"))
                }
                #expect(twice?.isAlreadyExists == true)
                #expect(twice?.context?.action == "create configmaps in default \"c\"")
                let patched = try await client.patch(
                    .configMap,
                    namespace: "default",
                    name: "c",
                    .merge(["data": ["other": "2"]])
                )
                #expect(patched["data"] == ["key": "1", "other": "2"])
                var stale = made
                stale["data", "key"] = "3"
                let conflict = await #expect(throws: KubernetesStatusError.self) { try await client.replace(stale) }
                #expect(conflict?.isConflict == true)
                let dry = try await client.apply(config("c", "9"), force: true, options: WriteOptions(isDryRun: true))
                #expect(dry["data", "key"] == "9")
                #expect(try await client.get(.configMap, namespace: "default", name: "c")["data", "key"] == "1")
                let refused = await #expect(throws: KubernetesStatusError.self) {
                    try await client.apply(config("c", "9"))
                }
                #expect(refused?.managerConflicts.isEmpty == (refused == nil))
                let wrongLife = await #expect(throws: KubernetesStatusError.self) {
                    try await client.delete(.configMap, namespace: "default", name: "c", uid: "another")
                }
                #expect(wrongLife?.isConflict == true)
                _ = try await client.delete(.configMap, namespace: "default", name: "c", uid: made.uid)
                #expect(try await client.find(.configMap, namespace: "default", name: "c") == nil)
            }
        }
    }

    @Test func listsInPagesAndWatchesWhatFollows() async throws {
        try await RealServer.with { server in
            var options = KubernetesClient.Options()
            options.pageSize = 3
            try await KubernetesClient.with(server.connection, options: options) { client in
                for number in 0..<8 {
                    var object = config("c\(number)", "x")
                    object.labels["part"] = number % 2 == 0 ? "even" : "odd"
                    _ = try await client.create(object)
                }
                let even = try LabelSelector(parsing: "part=even")
                let list = try await client.list(.configMap, namespace: "default", labels: even)
                #expect(list.items.map(\.name) == ["c0", "c2", "c4", "c6"])
                var request = WatchRequest(.configMap, namespace: "default", start: list)
                request.labels = even
                var events = client.watch(request).makeAsyncIterator()
                _ = try await client.patch(.configMap, namespace: "default", name: "c1", .merge(["data": ["a": "b"]]))
                _ = try await client.patch(.configMap, namespace: "default", name: "c2", .merge(["data": ["a": "b"]]))
                _ = try await client.delete(.configMap, namespace: "default", name: "c4")
                var seen: [String] = []
                while seen.count < 2, let event = try await events.next() {
                    seen.append("\(event.kind.rawValue) \(event.object.name)")
                }
                #expect(seen == ["MODIFIED c2", "DELETED c4"])
            }
        }
    }

    @Test func saysWhoItIsAndWhatItServes() async throws {
        try await RealServer.with { server in
            try await KubernetesClient.with(server.connection) { client in
                let version = try await client.serverVersion()
                #expect(version.major == 1 && version.minor >= 27)
                let servesDeployments = try await client.serves(.deployment)
                #expect(servesDeployments)
                let decision = try await client.mayI("patch", .deployment, namespace: "default")
                #expect(decision.isAllowed)
                let resources = try await client.resources(group: "apps", version: "v1")
                #expect(resources.contains(.deployment))
            }
        }
    }

    @Test func theLeaseHoldsAgainstARealServer() async throws {
        try await RealServer.with { server in
            try await KubernetesClient.with(server.connection) { client in
                func lock(_ holder: String) -> LeaseLock {
                    LeaseLock(client, .init(namespace: "default", name: "slipway", holder: holder))
                }
                let first = lock("a")
                let grant = try await first.acquire(patience: .zero)
                let held = await #expect(throws: LeaseLock.Held.self) { try await lock("b").acquire(patience: .zero) }
                #expect(held?.holder == "a")
                try await first.release()
                let next = try await lock("b").acquire(patience: .zero)
                #expect(next.fencingToken > grant.fencingToken)
            }
        }
    }

    @Test func trustsOnlyTheAuthorityItWasGiven() async throws {
        try await RealServer.with { server in
            var options = KubernetesClient.Options()
            options.timeout = .seconds(5)
            var stranger = server.connection
            stranger.tls.authorities = nil
            let error = await #expect(throws: ClusterError.self) {
                try await KubernetesClient.with(stranger, options: options) { try await $0.serverVersion() }
            }
            #expect(error?.kind == .tls, "\(String(describing: error))")
            var careless = stranger
            careless.tls.skipsVerification = true
            let version = try await KubernetesClient.with(careless, options: options) { try await $0.serverVersion() }
            #expect(version.major == 1)
            var renamed = server.connection
            renamed.tls.serverName = "localhost"
            let named = try await KubernetesClient.with(renamed, options: options) { try await $0.serverVersion() }
            #expect(named.major == 1)
        }
    }

    @Test func aWrongTokenIsSaidInWords() async throws {
        try await RealServer.with { server in
            var connection = server.connection
            connection.credentials = .token(Secret("wrong"))
            let error = await #expect(throws: KubernetesStatusError.self) {
                try await KubernetesClient.with(connection) { try await $0.list(.pod, namespace: "default") }
            }
            #expect(error?.isUnauthorized == true)
            let words = error?.slipwayError(doing: "work", cluster: "x").description ?? ""
            #expect(words.contains("Cannot list pods in default on the cluster \"real\"") && words.contains("expired"))
            #expect(!words.contains("wrong"))
        }
    }

    @Test func readsLogs() async throws {
        try await RealServer.with { server in
            try await KubernetesClient.with(server.connection) { client in
                let pod = KubernetesObject(
                    .pod,
                    namespace: "default",
                    name: "p",
                    content: ["spec": ["nodeName": "n", "containers": [["name": "c", "image": "i"]]]]
                )
                _ = try await client.create(pod)
                let text = try await client.logs(pod: "p", namespace: "default")
                #expect(text == "one\ntwo\n")
                let answer = try await client.podProxy(pod: "p", namespace: "default", port: "80", ProxyRequest("/"))
                #expect(answer.proxyFailure?.code == 503)
            }
        }
    }
}
