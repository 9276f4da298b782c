import Foundation
import GRDB
import Testing

@testable import EpisodicMemory

/// The words in memory against those that FTS5 keeps: both must say the same.
@Suite struct TextIndexTests {
    private static let words = [
        "deploy", "deployed", "payment", "service", "rollout", "pods", "crashing", "naïve", "Über", "naive", "日本",
        "x1", "timeout", "the", "timeouts", "retry",
    ]

    private struct Memory {
        let directory: TemporaryDirectory
        let store: EpisodeStore

        init() async throws {
            directory = try TemporaryDirectory()
            var configuration = EpisodicMemory.Configuration()
            configuration.dataDirectory = directory.path
            configuration.durability = .normal
            store = try await EpisodeStore.open(configuration)
        }

        func capture(_ random: inout SplitMix) async throws -> EpisodeID {
            func next(_ count: UInt64) -> [String] {
                (0..<(1 + random.next() % count)).map { _ in words[Int(random.next() % UInt64(words.count))] }
            }
            let body: JSONValue = [
                "episode_type": "failure", "goal": .string(next(6).joined(separator: " ")),
                "error_trace": .string(next(30).joined(separator: ", ")),
                "tags": .array(next(2).map(JSONValue.string)),
                "actions_taken": .array(next(4).map(JSONValue.string)),
            ]
            return try await store.capture(CaptureRequest(body.objectValue ?? []), tenant: .single).id
        }

        /// By row, as FTS5's own function scores them.
        func expected(_ query: [String]) async throws -> [Int64: Double] {
            try await store.pool.read { db in
                let match = query.map { "\"\($0)\"" }.joined(separator: " OR ")
                let rows = try Row.fetchAll(
                    db,
                    sql: "SELECT rowid, -bm25(episodes_text) FROM episodes_text WHERE episodes_text MATCH ?",
                    arguments: [match]
                )
                return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
            }
        }

        /// By row, as the index scores them.
        func found(_ query: [String]) throws -> [Int64: Double] {
            let words = try query.flatMap { try store.index.tokenizer.words(of: $0) }.map(QueryWord.init)
            try store.index.refresh(store.pool, words: [(.single, words)])
            return store.index.read(.single) { index in
                guard let index else { return [:] }
                let scored = index.text.words(words.map(\.term))
                let scores = index.documents.indices.filter { index.documents[$0].isAlive }.map { slot in
                    (index.documents[slot].episode, TextIndex.score(scored, in: UInt32(slot)))
                }
                return Dictionary(uniqueKeysWithValues: scores.filter { $0.1 > 0 })
            }
        }
    }

    private func compare(_ memory: Memory, _ query: [String]) async throws {
        let expected = try await memory.expected(query)
        let found = try memory.found(query)
        #expect(Set(found.keys) == Set(expected.keys))
        for (row, score) in expected { #expect(abs((found[row] ?? 0) - score) < 1e-9, "\(query) row \(row)") }
    }

    /// Before and after the lists are held, after changes, and in a process that starts later.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func scoresAreThoseOfFTS5(seed: UInt64) async throws {
        var random = SplitMix(state: seed)
        let memory = try await Memory()
        for _ in 0..<30 { _ = try await memory.capture(&random) }
        let queries = [["deploy"], ["naive", "日本"], ["timeout", "pods", "x1"], ["absent"], ["retry", "absent"]]
        for query in queries { try await compare(memory, query) }
        var ids: [EpisodeID] = []
        for _ in 0..<30 { ids.append(try await memory.capture(&random)) }
        for query in queries { try await compare(memory, query) }
        try await memory.store.close()

        var configuration = EpisodicMemory.Configuration()
        configuration.dataDirectory = memory.directory.path
        let again = try await EpisodeStore.open(configuration)
        try await again.warmUp()
        #expect(again.index.count == 60)
        #expect(try await again.delete(ids[3], tenant: .single))
        #expect(again.index.count == 59)
    }

    @Test func theTokenizerCountsWhatFTS5Counts() async throws {
        var random = SplitMix(state: 7)
        let memory = try await Memory()
        for _ in 0..<20 { _ = try await memory.capture(&random) }
        let rows = try await memory.store.pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(EpisodeRow.columns), s.sz FROM episodes e JOIN episodes_text_docsize s ON s.id = e.id
                    """
            ).map { (try EpisodeRow.episode($0), TextTable.length(of: $0[EpisodeRow.columnCount])) }
        }
        #expect(rows.count == 20)
        for (stored, length) in rows {
            let terms = try memory.store.index.tokenizer.terms(of: TextTable.texts(of: stored.episode))
            #expect(terms.length == length)
            #expect(terms.counts.reduce(0) { $0 + Int($1.count) } == length)
        }
    }
}
