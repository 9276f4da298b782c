import Core
import Kubernetes
import Synchronization
import Testing

@Suite struct WatchTests {
    private static func event(_ kind: String, _ object: JSON) -> JSON { ["type": .string(kind), "object": object] }

    private static func list(_ items: [JSON], version: Int) -> TestResponse {
        .json(["metadata": ["resourceVersion": .string("\(version)")], "items": .array(items)])
    }

    /// The first `count` events of a watch over what the server answers, step by step.
    private func events(
        _ count: Int,
        _ script: [@Sendable (ReceivedRequest) -> TestResponse]
    ) async throws -> (events: [String], requests: [ReceivedRequest]) {
        let step = Mutex(0)
        return try await withClient({ request in
            let index = step.withLock { value in
                defer { value += 1 }
                return value
            }
            return index < script.count ? script[index](request) : .events([], ending: .hang)
        }) { client, server in
            var seen: [String] = []
            for try await event in client.watch(.configMap, namespace: "shop") {
                seen.append("\(event.kind.rawValue) \(event.object.name) \(event.object.resourceVersion ?? "")")
                if seen.count == count { break }
            }
            return (seen, server.requests)
        }
    }

    @Test func beginsWithWhatExistsAndGoesOnFromThere() async throws {
        let result = try await events(
            4,
            [
                { _ in Self.list([configMap("a", version: 1)], version: 5) },
                { _ in
                    .events([
                        Self.event("MODIFIED", configMap("a", version: 6)),
                        Self.event("ADDED", configMap("b", version: 7)),
                        Self.event("DELETED", configMap("a", version: 8)),
                    ])
                },
            ]
        )
        #expect(result.events == ["ADDED a 1", "MODIFIED a 6", "ADDED b 7", "DELETED a 8"])
        let watch = result.requests[1].query
        #expect(watch["watch"] == "true" && watch["allowWatchBookmarks"] == "true" && watch["resourceVersion"] == "5")
    }

    @Test func goesOnAfterTheStreamEndsOrBreaks() async throws {
        let result = try await events(
            3,
            [
                { _ in Self.list([], version: 5) },
                { _ in .events([Self.event("ADDED", configMap("a", version: 6))]) },
                { _ in
                    .events(
                        [
                            Self.event("BOOKMARK", ["metadata": ["resourceVersion": "8"]]),
                            Self.event("ADDED", configMap("b", version: 9)),
                        ],
                        ending: .cutOff
                    )
                },
                { _ in .events([Self.event("DELETED", configMap("b", version: 10))], ending: .hang) },
            ]
        )
        #expect(result.events == ["ADDED a 6", "ADDED b 9", "DELETED b 10"])
        #expect(result.requests.compactMap { $0.query["resourceVersion"] } == ["5", "6", "9"])
    }

    @Test(arguments: [true, false])
    func listsAgainWhenTheVersionHasExpired(asEvent: Bool) async throws {
        let expired = KubernetesStatusError.tooOld(requested: "5", oldest: "20").json
        let result = try await events(
            6,
            [
                { _ in
                    Self.list(
                        [configMap("a", version: 1), configMap("b", version: 2), configMap("c", version: 3)],
                        version: 5
                    )
                },
                { _ in asEvent ? .events([Self.event("ERROR", expired)]) : .json(expired, status: 410) },
                { _ in
                    Self.list(
                        [configMap("a", version: 1), configMap("b", version: 12), configMap("d", version: 14)],
                        version: 20
                    )
                },
            ]
        )
        #expect(
            result.events == ["ADDED a 1", "ADDED b 2", "ADDED c 3", "DELETED c 3", "MODIFIED b 12", "ADDED d 14"]
        )
    }

    @Test func anObjectMadeAnewMeanwhileIsTwoEvents() async throws {
        let result = try await events(
            3,
            [
                { _ in Self.list([configMap("a", version: 1, uid: "one")], version: 5) },
                { _ in .json(KubernetesStatusError.expired("x").json, status: 410) },
                { _ in Self.list([configMap("a", version: 9, uid: "two")], version: 20) },
            ]
        )
        #expect(result.events == ["ADDED a 1", "DELETED a 1", "ADDED a 9"])
    }

    @Test func outagesAreToldAndOutlasted() async throws {
        let step = Mutex(0)
        let told = Mutex(0)
        try await withClient({ _ in
            let index = step.withLock { value in
                defer { value += 1 }
                return value
            }
            switch index {
            case 0: return Self.list([], version: 5)
            case 1: return .json(["kind": "Status"], status: 500)
            case 2: return TestResponse(status: 0)
            default: return .events([Self.event("ADDED", configMap("a", version: 6))], ending: .hang)
            }
        }) { client, _ in
            var request = WatchRequest(.configMap, namespace: "shop")
            request.onInterruption = { _ in told.withLock { $0 += 1 } }
            var iterator = client.watch(request).makeAsyncIterator()
            let event = try await iterator.next()
            #expect(event?.object.name == "a")
        }
        #expect(told.withLock { $0 } == 2)
    }

    @Test func givesUpAtOnceWhereTryingAgainCannotHelp() async throws {
        let forbidden = KubernetesStatusError.forbidden(.configMap, "", "no").json
        try await withClient({ request in
            request.query["watch"] == nil ? Self.list([], version: 1) : .json(forbidden, status: 403)
        }) { client, _ in
            var iterator = client.watch(.configMap, namespace: "shop").makeAsyncIterator()
            let error = await #expect(throws: KubernetesStatusError.self) { try await iterator.next() }
            #expect(error?.isForbidden == true)
        }
    }

    @Test func cancellingEndsAWatch() async throws {
        try await withClient({ request in
            request.query["watch"] == nil ? Self.list([], version: 1) : .events([], ending: .hang)
        }) { client, server in
            let task = Task { for try await _ in client.watch(.configMap, namespace: "shop") {} }
            while server.requests.count < 2 { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
