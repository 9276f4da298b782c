import EpisodicMemory
import HTTPTypes
import Testing

@Suite(.everyBackend) struct CaptureAndSearchTests {
    @Test func aCapturedEpisodeIsFound() async throws {
        try await TestService().run { client in
            let id = try await client.capture(
                "Deploy the payment service",
                [
                    "actions_taken": ["kubectl apply", "waited\nfor the rollout"],
                    "error_class": "ImagePullBackOff", "tags": ["k8s", ""],
                    "environment_info": ["cluster": "staging", "nodes": 3],
                ]
            )
            _ = try await client.capture("Write a poem about rivers", type: "success")
            let answer = try await client.post("/api/v1/search", ["goal": "payments deployment"])
            #expect(answer.status == .ok)
            #expect(answer.episodeIDs == [id])
            let found = answer.json["episodes"]?.arrayValue?.first
            #expect(found?["actions_taken"] == ["kubectl apply", "waited\nfor the rollout"])
            #expect(found?["tags"] == ["k8s", ""])
            #expect(found?["environment_info"] == ["cluster": "staging", "nodes": 3])
            #expect(found?["episode_type"] == "failure")
        }
    }

    @Test func theTypeFiltersAndKLimits() async throws {
        try await TestService().run { client in
            for index in 0..<5 { _ = try await client.capture("rotate the key \(index)") }
            let success = try await client.capture("rotate the key", type: "success")
            let filtered = try await client.post(
                "/api/v1/search",
                ["goal": "rotate key", "episode_type": "success"]
            )
            #expect(filtered.episodeIDs == [success])
            let limited = try await client.post("/api/v1/search", ["goal": "rotate key", "k": 2])
            #expect(limited.episodeIDs.count == 2)
        }
    }

    @Test func oneIdempotencyKeyStoresOneEpisode() async throws {
        try await TestService().run { client in
            let body: JSONValue = ["goal": "retry me", "episode_type": "failure", "idempotency_key": "k-1"]
            let first = try await client.post("/api/v1/capture", body)
            let second = try await client.post("/api/v1/capture", body)
            #expect(first.status == .created)
            #expect(second.status == .ok)
            #expect(second.json["id"] == first.json["id"])
            #expect(second.json["duplicate"] == true)
            #expect(try await client.post("/api/v1/search", ["goal": "retry"]).episodeIDs.count == 1)
        }
    }

    @Test(arguments: ["\" OR 1", "NEAR(a b)", "goal:x AND", "*", "-", "日本 テスト", "'; DROP TABLE episodes; --"])
    func noGoalReachesTheQueryLanguage(goal: String) async throws {
        try await TestService().run { client in
            let answer = try await client.post("/api/v1/search", ["goal": .string(goal)])
            #expect(answer.status == .ok)
        }
    }

    @Test func everyProblemOfABodyIsNamed() async throws {
        try await TestService().run { client in
            let answer = try await client.post(
                "/api/v1/capture",
                [
                    "episode_type": "disaster", "actions_taken": "one", "tags": ["a", 2],
                    "environment_info": [], "gaol": "typo",
                ]
            )
            #expect(answer.status == .unprocessableContent)
            #expect(answer.errorCode == "invalid_fields")
            #expect(
                answer.problemFields == [
                    "episode_type", "goal", "actions_taken", "environment_info", "tags[1]", "gaol",
                ]
            )
        }
    }

    @Test(arguments: [
        ("{", 400, "invalid_json"), ("", 400, "invalid_json"), ("[]", 400, "not_an_object"),
        (#"{"goal":"a","goal":"b"}"#, 400, "invalid_json"),
    ])
    func badJSONIsA400(body: String, status: Int, code: String) async throws {
        try await TestService().run { client in
            let answer = try await client.send(
                .post,
                "/api/v1/capture",
                headers: [.contentType: "application/json"],
                body: body
            )
            #expect(answer.status.code == status)
            #expect(answer.errorCode == code)
        }
    }

    @Test func aLargeBodyIsA413AndOtherTypesA415() async throws {
        var service = try TestService()
        service.configuration.maximumBodyBytes = 2048
        try await service.run { client in
            let large = try await client.post("/api/v1/search", ["goal": .string(String(repeating: "a", count: 3000))])
            #expect(large.status == .contentTooLarge)
            #expect(large.errorCode == "body_too_large")
        }
        try await TestService().run { client in
            let text = try await client.send(.post, "/api/v1/search", headers: [.contentType: "text/plain"], body: "{}")
            #expect(text.status == .unsupportedMediaType)
        }
    }

    @Test func unknownPathsAndMethodsAreNamed() async throws {
        try await TestService().run { client in
            #expect(try await client.get("/nowhere").status == .notFound)
            #expect(try await client.get("/nowhere").errorCode == "not_found")
            let wrong = try await client.get("/api/v1/capture")
            #expect(wrong.status == .methodNotAllowed)
            #expect(wrong.headers[.allow] == "POST")
            #expect(try await client.send(.head, "/health").status == .ok)
        }
    }
}
