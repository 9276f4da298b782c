import EpisodicMemory
import HTTPTypes
import Testing

@Suite(.everyBackend) struct SearchTests {
    @Test(
        arguments: [
            (["error_class": "Timeout"] as JSONValue, [0]), (["tool": "helm"], [1]), (["tag": "night"], [0, 1]),
            (["episode_type": "success"], [2]), (["tag": "night", "tool": "kubectl"], [0]),
            (["created_before": "2020-01-01T00:00:00Z"], []), (["created_after": "2020-01-01T00:00:00Z"], [0, 1, 2]),
            (["tag": "nig"], []), (["min_similarity": 1], []),
        ] as [(JSONValue, [Int])]
    )
    func filtersRestrictWhatIsFound(filter: JSONValue, expected: [Int]) async throws {
        try await TestService().run { client in
            let ids = [
                try await client.capture(
                    "deploy the api",
                    ["error_class": "Timeout", "tool_chain": ["kubectl"], "tags": ["night", "k8s"]]
                ),
                try await client.capture("deploy the api now", ["tool_chain": ["helm"], "tags": ["night"]]),
                try await client.capture("deploy the api again", type: "success"),
            ]
            let answer = try await client.post(
                "/api/v1/search",
                .object((filter.objectValue ?? []) + [.init(name: "goal", value: "deploy the api")])
            )
            #expect(answer.status == .ok)
            #expect(Set(answer.episodeIDs) == Set(expected.map { ids[$0] }))
        }
    }

    @Test func theScoreIsTheSumOfItsParts() async throws {
        try await TestService().run { client in
            let id = try await client.capture("deploy the api", ["environment_info": ["region": "eu", "arch": "arm"]])
            let other = try await client.capture("deploy the api", ["environment_info": ["region": "us"]])
            let answer = try await client.post(
                "/api/v1/search",
                ["goal": "deploy the api", "current_state": ["region": "eu", "arch": "x86"]]
            )
            #expect(answer.episodeIDs == [id, other])
            let first = try #require(answer.json["episodes"]?.arrayValue?.first)
            let scores = try #require(first["scores"])
            func part(_ name: String) throws -> Double { try #require(scores[name]?.doubleValue) }
            #expect(try part("precondition") == 0.5)
            #expect(try part("vector") > 0.9)
            #expect(try part("recency") > 0.99)
            #expect(try part("usage") == 0.5)
            let total =
                try 0.35 * part("text") + 0.35 * part("vector") + 0.12 * part("precondition") + 0.08 * part("recency")
                + 0.1 * part("usage")
            let score = try #require(first["score"]?.doubleValue)
            #expect(abs(score - total) < 1e-9)
        }
    }

    @Test func anEmbeddingOfTheClientFindsWhatWordsDoNot() async throws {
        @Sendable func embedding(_ dimension: Int) -> JSONValue {
            .array((0..<384).map { .number($0 == dimension ? 0.5 : 0.01) })
        }
        try await TestService().run { client in
            let id = try await client.capture("alpha", ["embedding": embedding(3)])
            _ = try await client.capture("beta", ["embedding": embedding(200)])
            let answer = try await client.post(
                "/api/v1/search",
                ["goal": "gamma", "embedding": embedding(3), "min_similarity": 0.9]
            )
            #expect(answer.episodeIDs == [id])
            let short = try await client.post("/api/v1/search", ["goal": "gamma", "embedding": [1, 2]])
            #expect(short.problemFields == ["embedding"])
        }
    }

    @Test func wordsThatAllEpisodesShareStillFindTheNewest() async throws {
        try await TestService().run { client in
            for index in 0..<30 { _ = try await client.capture("common words \(index)") }
            let answer = try await client.post("/api/v1/search", ["goal": "common words", "k": 30])
            #expect(answer.episodeIDs.count == 30)
        }
    }

    @Test func aKeyThatComesWithAnotherEpisodeIsAConflict() async throws {
        try await TestService().run { client in
            _ = try await client.capture("first", ["idempotency_key": "k"])
            let second = try await client.post(
                "/api/v1/capture",
                ["goal": "second", "episode_type": "failure", "idempotency_key": "k"]
            )
            #expect(second.status == .conflict)
            #expect(second.errorCode == "idempotency_key_reused")
        }
    }
}
