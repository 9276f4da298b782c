import Foundation
import GRDB
import Testing

@testable import EpisodicMemory

@Suite struct ConsolidationTests {
    private struct Memory {
        let directory: TemporaryDirectory
        let store: EpisodeStore

        init() async throws {
            directory = try TemporaryDirectory()
            var configuration = EpisodicMemory.Configuration()
            configuration.dataDirectory = directory.path
            store = try await EpisodeStore.open(configuration)
        }

        func capture(_ goal: String, _ type: EpisodeType = .failure) async throws -> EpisodeID {
            let body: JSONValue = ["goal": .string(goal), "episode_type": .string(type.rawValue)]
            return try await store.capture(CaptureRequest(body.objectValue ?? []), tenant: .single).id
        }

        /// Minutes apart, so that the lease of the round before is over.
        func consolidate(minutes: Int64 = 0, archiveAfter: Duration? = nil) async throws -> Consolidation.Outcome? {
            let now = Timestamp(milliseconds: Timestamp.now().milliseconds + minutes * 60_000)
            return try await Consolidation(store: store, archiveAfter: archiveAfter).run(now: now)
        }

        func episode(_ id: EpisodeID) async throws -> StoredEpisode {
            try #require(await store.episode(id, tenant: .single))
        }
    }

    @Test func sayingTheSameAgainCountsInsteadOfFilling() async throws {
        let memory = try await Memory()
        let first = try await memory.capture("restart the ingress controller")
        let second = try await memory.capture("Restart the ingress controller!")
        let third = try await memory.capture("restart the ingress controller", .success)
        let other = try await memory.capture("rotate the database password")
        let outcome = try await memory.consolidate()
        #expect(outcome?.merged == 1)
        let original = try await memory.episode(first)
        #expect(original.history.occurrences == 2)
        #expect(original.history.resolvedBy == third)
        let merged = try await memory.episode(second)
        #expect(merged.history.mergedInto == first)
        #expect(merged.history.archivedAt != nil)
        #expect(try await memory.episode(other).history == EpisodeHistory())
        let found = try await memory.store.search(SearchRequest(goal: "ingress controller"), tenant: .single)
        #expect(Set(found.map(\.stored.id)) == [first, third])
        #expect(try await memory.consolidate(minutes: 2)?.looked == 0)
    }

    @Test func aSuccessIsNotLinkedToLaterOrUnrelatedFailures() async throws {
        let memory = try await Memory()
        _ = try await memory.capture("water the plants", .failure)
        _ = try await memory.capture("compile the kernel module", .success)
        let later = try await memory.capture("compile the kernel module", .failure)
        #expect(try await memory.consolidate()?.linked == 0)
        #expect(try await memory.episode(later).history.resolvedBy == nil)
    }

    @Test func whatNobodyNeededForLongIsArchived() async throws {
        let memory = try await Memory()
        let old = try await memory.capture("an old story")
        let helpful = try await memory.capture("a helpful matter")
        _ = try await memory.store.recordFeedback(helpful, helped: true, tenant: .single)
        #expect(try await memory.consolidate(minutes: 60 * 24 * 10, archiveAfter: .seconds(86_400))?.archived == 1)
        #expect(try await memory.episode(old).history.archivedAt != nil)
        #expect(try await memory.episode(helpful).history.archivedAt == nil)
        #expect(try await memory.store.search(SearchRequest(goal: "old story"), tenant: .single).isEmpty)
    }

    @Test func oneReplicaAtATimeConsolidates() async throws {
        let memory = try await Memory()
        #expect(try await memory.consolidate() != nil)
        #expect(try await memory.consolidate() == nil)
        #expect(try await memory.consolidate(minutes: 2) != nil)
    }

    @Test func whatAnOlderBinaryCapturedGetsItsVector() async throws {
        let memory = try await Memory()
        let id = EpisodeID.make()
        try await memory.store.pool.write { db in
            try db.execute(
                sql: "INSERT INTO episodes (uid, created_at, episode_type, goal) VALUES (?, ?, 0, 'mend the fence')",
                arguments: [Data(id.bytes), Timestamp.now().milliseconds]
            )
        }
        #expect(try await memory.consolidate()?.looked == 1)
        let found = try await memory.store.search(SearchRequest(goal: "mending fences"), tenant: .single)
        #expect(found.first?.scores.vector ?? 0 > 0.2)
    }
}
