import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore

@testable import EpisodicMemory

/// Runs the whole service on an ephemeral port over a database of its own.
struct TestService {
    let directory: TemporaryDirectory
    let lifecycle = Lifecycle()
    var configuration = EpisodicMemory.Configuration()

    init() throws {
        directory = try TemporaryDirectory()
        configuration.dataDirectory = directory.path
        configuration.durability = .normal
    }

    /// Runs `body` once the service is ready.
    func run<Value: Sendable>(
        _ setup: TestingSetup = .live,
        _ body: @Sendable (Client) async throws -> Value
    ) async throws -> Value {
        // Only what should not happen; it is there to be read when a test fails.
        let logger = Logger(label: "test", factory: { JSONLogHandler(label: $0, level: .error) })
        var configuration = configuration
        configuration.database = try await Backend.current.settings()
        let service = EpisodicMemoryService(configuration: configuration, lifecycle: lifecycle, logger: logger)
        return try await service.buildApplication().test(setup) { http in
            let client = Client(http: http)
            _ = try await eventually("ready") {
                try await client.get("/health/readiness").status == .ok ? true : nil
            }
            return try await body(client)
        }
    }

    struct Client: Sendable {
        let http: any TestClientProtocol

        func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
            try await send(.get, path, headers: headers)
        }

        func post(_ path: String, _ body: JSONValue, headers: HTTPFields = [:]) async throws -> Answer {
            var headers = headers
            headers[.contentType] = "application/json"
            return try await send(.post, path, headers: headers, body: body.text)
        }

        func send(
            _ method: HTTPRequest.Method,
            _ path: String,
            headers: HTTPFields = [:],
            body: String? = nil
        ) async throws -> Answer {
            try await http.execute(
                uri: path,
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(string: $0) }
            ) { response in
                Answer(status: response.status, headers: response.headers, text: String(buffer: response.body))
            }
        }

        /// Captures an episode and gives its id.
        func capture(_ goal: String, type: String = "failure", _ more: JSONValue = [:]) async throws -> String {
            let members =
                (more.objectValue ?? []) + [
                    .init(name: "goal", value: .string(goal)), .init(name: "episode_type", value: .string(type)),
                ]
            let answer = try await post("/api/v1/capture", .object(members))
            guard answer.status == .created, let id = answer.json["id"]?.stringValue else {
                throw NeverHappened(what: "capture: \(answer.status) \(answer.text)")
            }
            return id
        }
    }

    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let text: String

        /// The body; null when it is not JSON.
        var json: JSONValue { (try? JSONParser.parse(text)) ?? .null }

        var errorCode: String? { json["error"]?["code"]?.stringValue }

        /// The fields a 422 names.
        var problemFields: [String] {
            (json["error"]?["problems"]?.arrayValue ?? []).compactMap { $0["field"]?.stringValue }
        }

        /// Ids of the episodes of a search or a list, in order.
        var episodeIDs: [String] {
            (json["episodes"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        }
    }
}
