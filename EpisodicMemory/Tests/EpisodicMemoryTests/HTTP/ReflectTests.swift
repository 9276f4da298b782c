import EpisodicMemory
import HTTPTypes
import Testing

@Suite(.everyBackend) struct ReflectTests {
    private static let proposal: JSONValue = [
        "goal": "deploy the billing service to production", "action": "kubectl apply -f billing.yaml",
        "tool": "kubectl",
    ]

    private func decide(_ answer: TestService.Answer) -> String? { answer.json["decision"]?.stringValue }

    @Test func anEmptyMemoryLetsEverythingProceed() async throws {
        try await TestService().run { client in
            let answer = try await client.post("/api/v1/reflect", Self.proposal)
            #expect(answer.status == .ok)
            #expect(decide(answer) == "proceed")
            #expect(answer.json["matched_failures"] == [])
        }
    }

    @Test func theSameFailureWithoutAWayIsBlocked() async throws {
        try await TestService().run { client in
            let id = try await client.capture(
                "deploy the billing service to production",
                [
                    "actions_taken": ["kubectl apply -f billing.yaml"], "tool_chain": ["kubectl"],
                    "error_class": "ImagePullBackOff",
                ]
            )
            let answer = try await client.post("/api/v1/reflect", Self.proposal)
            #expect(decide(answer) == "block", "\(answer.text)")
            #expect(answer.json["rationale"]?.stringValue?.contains("ImagePullBackOff") == true)
            #expect(answer.json["matched_failures"]?.arrayValue?.first?["id"] == .string(id))
        }
    }

    @Test func aKnownWayIsSuggested() async throws {
        try await TestService().run { client in
            _ = try await client.capture(
                "deploy the billing service to production",
                [
                    "actions_taken": ["kubectl apply -f billing.yaml"], "tool_chain": ["kubectl"],
                    "resolution": "push the image first",
                ]
            )
            let answer = try await client.post("/api/v1/reflect", Self.proposal)
            #expect(decide(answer) == "rewrite")
            #expect(answer.json["suggested_action"] == "push the image first")
        }
    }

    @Test func anotherActionForTheSameGoalIsOnlyAHint() async throws {
        try await TestService().run { client in
            _ = try await client.capture(
                "deploy the billing service to production",
                ["actions_taken": ["restarted the old virtual machine by hand"], "tool_chain": ["kubectl"]]
            )
            #expect(decide(try await client.post("/api/v1/reflect", Self.proposal)) == "hint")
        }
    }

    @Test func anUnrelatedFailureSaysNothing() async throws {
        try await TestService().run { client in
            _ = try await client.capture("translate a poem into French", ["actions_taken": ["guessed the rhymes"]])
            #expect(decide(try await client.post("/api/v1/reflect", Self.proposal)) == "proceed")
        }
    }

    @Test func successesWithTheSameActionSpeakForIt() async throws {
        try await TestService().run { client in
            let episode: JSONValue = ["actions_taken": ["kubectl apply -f billing.yaml"], "tool_chain": ["kubectl"]]
            _ = try await client.capture("deploy the billing service to production", episode)
            _ = try await client.capture("deploy the billing service to production", type: "success", episode)
            let answer = try await client.post("/api/v1/reflect", Self.proposal)
            #expect(decide(answer) != "block")
        }
    }

    @Test func whatIsMissingIsNamed() async throws {
        try await TestService().run { client in
            let answer = try await client.post("/api/v1/reflect", ["state": [:]])
            #expect(answer.problemFields == ["action", "goal", "state"])
        }
    }
}
