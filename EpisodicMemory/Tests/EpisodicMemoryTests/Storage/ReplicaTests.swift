import Testing

@testable import EpisodicMemory

/// Two processes' worth of stores over one database.
@Suite struct ReplicaTests {
    private func open(_ directory: TemporaryDirectory) async throws -> EpisodeStore {
        var configuration = EpisodicMemory.Configuration()
        configuration.dataDirectory = directory.path
        return try await EpisodeStore.open(configuration)
    }

    private func capture(_ goal: String, _ store: EpisodeStore) async throws -> EpisodeID {
        let body: JSONValue = ["goal": .string(goal), "episode_type": "failure"]
        return try await store.capture(CaptureRequest(body.objectValue ?? []), tenant: .single).id
    }

    private func found(_ goal: String, _ store: EpisodeStore) async throws -> [EpisodeID] {
        try await store.search(SearchRequest(goal: goal), tenant: .single).map(\.stored.id)
    }

    @Test func eachSeesAtOnceWhatTheOtherChanged() async throws {
        let directory = try TemporaryDirectory()
        let one = try await open(directory)
        let two = try await open(directory)
        let id = try await capture("align the antenna", one)
        // No word in common: only the vectors can tell.
        #expect(try await found("realigning antennas", two) == [id])
        #expect(try await two.delete(id, tenant: .single))
        #expect(try await found("realigning antennas", one).isEmpty)
        let again = try await capture("align the antenna", two)
        #expect(try await found("align the antenna", one) == [again])
    }

    @Test func aRestoreReachesTheReplicaThatDidNotDoIt() async throws {
        let directory = try TemporaryDirectory()
        let one = try await open(directory)
        let two = try await open(directory)
        let kept = try await capture("align the antenna", one)
        let file = directory.path + "/copy"
        try await one.backup(to: file)
        _ = try await capture("align the antennae", one)
        #expect(try await found("aligning antennas", two).count == 2)
        try await one.restore(from: file)
        #expect(try await found("aligning antennas", two) == [kept])
        let next = try await capture("align another antenna", two)
        #expect(try await Set(found("aligning antennas", one)) == [kept, next])
    }

    /// Many writers, each with its own transactions: nobody is turned away because the other is writing.
    @Test func bothWriteAtOnce() async throws {
        let directory = try TemporaryDirectory()
        let stores = [try await open(directory), try await open(directory)]
        let ids = try await withThrowingTaskGroup(of: EpisodeID.self) { tasks in
            for index in 0..<400 {
                tasks.addTask { try await capture("write number \(index)", stores[index % 2]) }
            }
            return try await tasks.reduce(into: Set<EpisodeID>()) { $0.insert($1) }
        }
        #expect(ids.count == 400)
        #expect(try await stores[0].statistics(tenant: .single).failures == 400)
    }
}
