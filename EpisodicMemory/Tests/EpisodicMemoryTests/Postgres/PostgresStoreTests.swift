import Foundation
import Testing

@testable import EpisodicMemory

@Suite(.enabled(if: !Backend.postgresOnes.isEmpty, "PostgreSQL is not installed"), .heavy)
struct PostgresStoreTests {
    private func open(_ settings: PostgresSettings?) async throws -> PostgresStore {
        try await PostgresStore.open(try #require(settings), embeddings: nil)
    }

    private func capture(_ goal: String, _ type: EpisodeType = .failure, _ store: any EpisodeStorage) async throws
        -> EpisodeID
    {
        let body: JSONValue = ["goal": .string(goal), "episode_type": .string(type.rawValue)]
        return try await store.capture(CaptureRequest(body.objectValue ?? []), tenant: .single).id
    }

    private func found(_ goal: String, _ store: any EpisodeStorage) async throws -> [EpisodeID] {
        try await store.search(SearchRequest(goal: goal), tenant: .single).map(\.stored.id)
    }

    @Test(arguments: Backend.postgresOnes)
    func pgVectorIsUsedWhereItIs(backend: Backend) async throws {
        #expect(try await open(backend.settings()).usesPgVector == (backend == .pgvector))
    }

    @Test(arguments: Backend.postgresOnes)
    func eachReplicaSeesAtOnceWhatTheOtherChanged(backend: Backend) async throws {
        let settings = try await backend.settings()
        let one = try await open(settings)
        let two = try await open(settings)
        let id = try await capture("align the antenna", .failure, one)
        // No word in common: only the vectors can tell.
        #expect(try await found("realigning antennas", two) == [id])
        #expect(try await two.delete(id, tenant: .single))
        #expect(try await found("realigning antennas", one).isEmpty)
    }

    @Test(arguments: Backend.postgresOnes)
    func replicasThatStartAtOnceShareOneNewDatabase(backend: Backend) async throws {
        let settings = try await backend.settings()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<6 {
                tasks.addTask {
                    let store = try await open(settings)
                    _ = try await capture("replica \(number)", .failure, store)
                    try await store.close()
                }
            }
            try await tasks.waitForAll()
        }
        #expect(try await open(settings).statistics(tenant: .single).failures == 6)
    }

    /// The same key at the same moment, at two replicas.
    @Test(arguments: Backend.postgresOnes)
    func oneIdempotencyKeyStoresOneEpisodeWhoeverGetsIt(backend: Backend) async throws {
        let settings = try await backend.settings()
        let stores = [try await open(settings), try await open(settings)]
        let body: JSONValue = ["goal": "once", "episode_type": "failure", "idempotency_key": "k"]
        let results = try await withThrowingTaskGroup(of: CaptureResult.self) { tasks in
            for index in 0..<40 {
                tasks.addTask {
                    try await stores[index % 2].capture(CaptureRequest(body.objectValue ?? []), tenant: .single)
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(results.map(\.id)).count == 1)
        #expect(results.count { $0.isNew } == 1)
        #expect(try await stores[0].statistics(tenant: .single).failures == 1)
    }

    @Test(arguments: Backend.postgresOnes)
    func theRateHoldsForAllReplicasTogether(backend: Backend) async throws {
        let settings = try await backend.settings()
        let stores = [try await open(settings), try await open(settings)]
        let customer = try await stores[0].createCustomer(
            CustomerRequest([.init(name: "name", value: "c"), .init(name: "requests_per_minute", value: 10)])
        )
        let key = try await stores[0].createKey(named: "", for: customer, serverKey: ServerKey("s"))
        let waits = try await withThrowingTaskGroup(of: Int?.self) { tasks in
            for index in 0..<40 {
                tasks.addTask { try await stores[index % 2].takeRequest(ofKey: key.id, perMinute: 10) }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(waits.count { $0 == nil } == 10)
        #expect(waits.allSatisfy { $0 ?? 1 >= 1 && $0 ?? 1 <= 6 })
        let now = Timestamp.now()
        let month = QuotaMeter.month(of: now)
        for store in stores { try await store.addRequests([(customer.tenant, month, 3)]) }
        #expect(try await stores[0].requests(of: customer.tenant, in: month) == 6)
        try await stores[0].delete(customer)
        #expect(try await stores[1].takeRequest(ofKey: key.id, perMinute: 10) == nil)
    }

    @Test(arguments: Backend.postgresOnes)
    func consolidationMergesLinksAndArchives(backend: Backend) async throws {
        let settings = try await backend.settings()
        let store = try await open(settings)
        let first = try await capture("restart the ingress controller", .failure, store)
        let second = try await capture("Restart the ingress controller!", .failure, store)
        let third = try await capture("restart the ingress controller", .success, store)
        let other = try await capture("rotate the database password", .failure, store)
        let outcome = try await store.consolidate(archiveAfter: nil, now: .now())
        #expect(outcome == .init(looked: 4, merged: 1, linked: 1, archived: 0))
        let original = try #require(await store.episode(first, tenant: .single))
        #expect(original.history.occurrences == 2)
        #expect(original.history.resolvedBy == third)
        let merged = try #require(await store.episode(second, tenant: .single))
        #expect(merged.history.mergedInto == first)
        #expect(merged.history.archivedAt != nil)
        #expect(try await store.episode(other, tenant: .single)?.history == EpisodeHistory())
        #expect(try await Set(found("ingress controller", store)) == [first, third])
        #expect(try await store.consolidate(archiveAfter: nil, now: .now())?.looked == 0)

        _ = try await store.recordFeedback(other, helped: true, tenant: .single)
        let later = Timestamp(milliseconds: Timestamp.now().milliseconds + 10 * 86_400_000)
        #expect(try await store.consolidate(archiveAfter: .seconds(86_400), now: later)?.archived == 2)
        #expect(try await found("ingress controller", store).isEmpty)
        #expect(try await found("database password", store) == [other])
    }

    @Test(arguments: Backend.postgresOnes)
    func oneReplicaAtATimeConsolidates(backend: Backend) async throws {
        let settings = try await backend.settings()
        let store = try await open(settings)
        let other = try await open(settings)
        let lock = PostgresValue.integer(PostgresMigrations.Lock.consolidation)
        try await other.pool.lease { connection in
            try await connection.run { _ = try $0.query("SELECT pg_advisory_lock($1)::text", [lock]) }
            #expect(try await store.consolidate(archiveAfter: nil, now: .now()) == nil)
            try await connection.run { _ = try $0.query("SELECT pg_advisory_unlock($1)", [lock]) }
        }
        #expect(try await store.consolidate(archiveAfter: nil, now: .now()) != nil)
        #expect(try await other.consolidate(archiveAfter: nil, now: .now()) != nil)
    }

    @Test(arguments: Backend.postgresOnes)
    func usesAreWrittenDown(backend: Backend) async throws {
        let store = try await open(backend.settings())
        let id = try await capture("use me", .failure, store)
        store.recordUse(of: try await store.search(SearchRequest(goal: "use me"), tenant: .single))
        try await store.flushUses()
        #expect(try await store.episode(id, tenant: .single)?.history.uses == 1)
    }

    /// The candidates of the first pass hold nearly all that comparing with everything finds.
    @Test(arguments: Backend.postgresOnes)
    func theFirstPassFindsNearlyAll(backend: Backend) async throws {
        let store = try await open(backend.settings())
        var random = StableHash()
        func vector() -> [Double] {
            (0..<384).map { _ in
                random.combine(1)
                // The same data each time.
                return Double(random.value >> 11) / Double(1 << 52) - 1
            }
        }
        let centres = (0..<20).map { _ in vector() }
        let vectors = (0..<1500).map { index in zip(centres[index % 20], vector()).map { $0 + 0.7 * $1 } }
        var ids: [EpisodeID] = []
        for (index, vector) in vectors.enumerated() {
            let body: JSONValue = [
                "goal": .string("n\(index)"), "episode_type": "failure",
                "embedding": .array(vector.map { .number($0) }),
            ]
            ids.append(try await store.capture(CaptureRequest(body.objectValue ?? []), tenant: .single).id)
        }
        var hits = 0
        for query in 0..<20 {
            let asked = try #require(Embedding(zip(centres[query], vector()).map { $0 + 0.7 * $1 }))
            let exact = vectors.indices.map { ($0, Embedding(vectors[$0])?.cosine(asked) ?? 0) }
                .sorted { $0.1 > $1.1 }.prefix(10).map { ids[$0.0] }
            var request = SearchRequest(goal: "zzz")
            request.embedding = asked
            let found = try await store.search(request, tenant: .single).map(\.stored.id)
            hits += Set(exact).intersection(found).count
        }
        #expect(hits >= 190, "recall@10 is \(Double(hits) / 200)")
    }
}
