import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import EpisodicMemory

@Suite struct EmbeddingEndpointTests {
    /// Stands for a model that knows cars and fruit, and fails when it is told to.
    private func withEndpoint(
        _ body: @Sendable (EmbeddingEndpoint, Locked<Bool>, Locked<[String]>) async throws -> Void
    ) async throws {
        let isDown = Locked(false)
        let read = Locked<[String]>([])
        let router = Router()
        router.post("/v1/embeddings") { request, _ -> Response in
            let question = try JSONParser.parse(String(buffer: try await request.body.collect(upTo: 100_000)))
            guard !isDown.value, request.headers[.authorization] == "Bearer the-key", question["model"] == "m",
                let text = question["input"]?.stringValue
            else { return Response(status: .internalServerError) }
            read.update { $0.append(text) }
            let isFruit = text.contains("apple") || text.contains("pear")
            return .json { answer in
                answer.arrayMember("data") { list in
                    list.object { entry in
                        entry.arrayMember("embedding") { numbers in
                            for index in 0..<384 { numbers.number(index == (isFruit ? 7 : 9) ? 1 : 0) }
                        }
                    }
                }
            }
        }
        try await Application(router: router).test(.live) { client in
            let endpoint = EmbeddingEndpoint(
                url: "http://localhost:\(client.port ?? 0)/v1/embeddings",
                model: "m",
                apiKey: Secret(value: "the-key"),
                timeout: .seconds(5)
            )
            try await body(endpoint, isDown, read)
        }
    }

    @Test func meaningFindsWhatWordsDoNot() async throws {
        try await withEndpoint { endpoint, _, read in
            var service = try TestService()
            service.configuration.embeddings = endpoint
            try await service.run { client in
                let apple = try await client.capture("wash the apple with password=hunter2")
                _ = try await client.capture("paint the car")
                let answer = try await client.post("/api/v1/search", ["goal": "a pear", "min_similarity": 0.9])
                #expect(answer.episodeIDs == [apple])
            }
            #expect(!read.value.contains { $0.contains("hunter2") })
        }
    }

    @Test func withoutTheEndpointTheWordsServe() async throws {
        try await withEndpoint { endpoint, isDown, _ in
            isDown.update { $0 = true }
            var service = try TestService()
            service.configuration.embeddings = endpoint
            try await service.run { client in
                let apple = try await client.capture("wash the apples")
                let answer = try await client.post("/api/v1/search", ["goal": "washing an apple"])
                #expect(answer.episodeIDs == [apple])
            }
        }
    }

    @Test func theSettingsBelongTogether() throws {
        #expect(throws: ConfigurationError.self) {
            try EpisodicMemory.Configuration(environment: ["EMBEDDINGS_URL": "http://x/v1/embeddings"])
        }
        #expect(throws: ConfigurationError.self) {
            try EpisodicMemory.Configuration(environment: ["EMBEDDINGS_URL": "ftp://x", "EMBEDDINGS_MODEL": "m"])
        }
        #expect(throws: ConfigurationError.self) {
            try EpisodicMemory.Configuration(environment: ["EMBEDDINGS_MODEL": "m"])
        }
        let configuration = try EpisodicMemory.Configuration(environment: [
            "EMBEDDINGS_URL": "https://x/v1/embeddings", "EMBEDDINGS_MODEL": "m", "EMBEDDINGS_API_KEY": "very-secret",
        ])
        #expect(configuration.embeddings?.model == "m")
        #expect(!String(reflecting: configuration).contains("very-secret"))
    }
}
