import EpisodicMemory
import HTTPTypes
import Testing

@Suite(.everyBackend) struct EpisodesTests {
    @Test func pagesFollowTheCursorToTheEnd() async throws {
        try await TestService().run { client in
            var captured: [String] = []
            for index in 0..<7 { captured.append(try await client.capture("episode \(index)")) }
            var seen: [String] = []
            var cursor: String?
            repeat {
                let page = try await client.get("/api/v1/episodes?limit=3" + (cursor.map { "&cursor=\($0)" } ?? ""))
                seen += page.episodeIDs
                cursor = page.json["next_cursor"]?.stringValue
                #expect(page.episodeIDs.count <= 3)
            } while cursor != nil
            #expect(Set(seen) == Set(captured))
            #expect(seen.count == 7)
        }
    }

    @Test(arguments: [
        "limit=0", "limit=x", "limit=101", "cursor=x", "colour=red", "episode_type=both", "created_after=now",
    ])
    func aWrongQueryIsNamed(query: String) async throws {
        try await TestService().run { client in
            let answer = try await client.get("/api/v1/episodes?\(query)")
            #expect(answer.status == .unprocessableContent)
            #expect(answer.problemFields == [String(query.prefix { $0 != "=" })])
        }
    }

    @Test func aDeletedEpisodeIsGoneEverywhere() async throws {
        try await TestService().run { client in
            let id = try await client.capture("forget this", ["idempotency_key": "k"])
            let kept = try await client.capture("forget that")
            #expect(try await client.send(.delete, "/api/v1/episodes/\(id)").status == .noContent)
            #expect(try await client.send(.delete, "/api/v1/episodes/\(id)").status == .notFound)
            #expect(try await client.get("/api/v1/episodes/\(id)").status == .notFound)
            #expect(try await client.post("/api/v1/search", ["goal": "forget this"]).episodeIDs == [kept])
            #expect(try await client.get("/api/v1/episodes").episodeIDs == [kept])
            let again = try await client.capture("something else", ["idempotency_key": "k"])
            #expect(again != id)
        }
    }

    @Test func feedbackMovesTheRank() async throws {
        try await TestService().run { client in
            let ids = [try await client.capture("tune the cache"), try await client.capture("tune the cache")]
            for _ in 0..<3 {
                let answer = try await client.post("/api/v1/episodes/\(ids[0])/feedback", ["helped": true])
                #expect(answer.status == .ok)
            }
            _ = try await client.post("/api/v1/episodes/\(ids[1])/feedback", ["helped": false])
            let found = try await client.post("/api/v1/search", ["goal": "tune the cache"])
            #expect(found.episodeIDs == ids)
            let stats = try await client.get("/api/v1/stats")
            #expect(stats.json["feedback"] == ["helped": 3, "not_helped": 1])
            #expect(stats.json["episodes"]?["failures"] == 2)
            let missing = try await client.post("/api/v1/episodes/\(ids[0])/feedback", [:])
            #expect(missing.problemFields == ["helped"])
        }
    }

    @Test(arguments: ["x", "00000000-0000-7000-8000-000000000000", "%00", "..%2f"])
    func noSuchEpisodeIsA404(id: String) async throws {
        try await TestService().run { client in
            let answer = try await client.get("/api/v1/episodes/\(id)")
            #expect(answer.status == .notFound)
        }
    }
}
