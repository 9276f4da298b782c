import EpisodicMemory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct StartTests {
    @Test func mistakesInTheConfigurationEndItBeforeItListens() async throws {
        let process = try ServiceProcess(environment: ["PORT": "many", "LOG_LEVEL": "loud", "DATA_DIR": "/nowhere"])
        #expect(try await process.exit() == 2)
        #expect(process.output.contains("2 mistakes"))
        #expect(process.output.contains("PORT is 'many'"))
        #expect(process.output.contains("LOG_LEVEL is 'loud'"))
        #expect(!process.output.contains("listening"))
    }

    @Test func aDataDirectoryThatCannotBeEndsItWithTheReason() async throws {
        let process = try ServiceProcess(environment: ["DATA_DIR": "/dev/null/data"])
        #expect(try await process.exit() == 1)
        #expect(process.output.contains("DATA_DIR"))
    }

    @Test func unknownArgumentsAreRefused() async throws {
        let process = try ServiceProcess(arguments: ["--fast"], environment: [:])
        #expect(try await process.exit() == 2)
        #expect(process.output.contains("--fast"))
    }

    @Test func replicasThatStartAtOnceShareOneNewDatabase() async throws {
        let directory = try TemporaryDirectory()
        let replicas = try (0..<4).map { _ in try ServiceProcess(environment: ["DATA_DIR": directory.path]) }
        for replica in replicas { try await replica.logged("database open") }
        let ports = [try await replicas[0].port(), try await replicas[3].port()]
        let captured = try await request(ports[0], "/api/v1/capture", #"{"episode_type":"success","goal":"shared"}"#)
        #expect(captured.status == .created)
        let found = try await request(ports[1], "/api/v1/search", #"{"goal":"shared"}"#)
        #expect(String(buffer: found.body ?? .init()).contains("shared"))
    }

    private func request(_ port: Int, _ path: String, _ body: String) async throws -> TestClient.Response {
        try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            try await client.post(path, headers: [.contentType: "application/json"], body: .init(string: body))
        }
    }
}
