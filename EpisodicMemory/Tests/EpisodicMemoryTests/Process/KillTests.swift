import EpisodicMemory
import Foundation
import GRDB
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite(.heavy) struct KillTests {
    /// `kill -9` a hundred times under write load: every acknowledged episode is there, and the database opens.
    @Test func noAcknowledgedEpisodeIsLost() async throws {
        let directory = try TemporaryDirectory()
        let acknowledged = try await killed(times: 100, environment: ["DATA_DIR": directory.path])
        let database = try DatabaseQueue(path: directory.path + "/episodes.sqlite")
        let (stored, check) = try await database.read { db in
            (
                try String.fetchAll(db, sql: "SELECT lower(hex(uid)) FROM episodes"),
                try String.fetchAll(db, sql: "PRAGMA integrity_check")
            )
        }
        #expect(check == ["ok"])
        #expect(acknowledged.subtracting(stored).isEmpty)
    }

    /// What a killed process leaves half done, the server undoes.
    @Test(arguments: Backend.postgresOnes)
    func noAcknowledgedEpisodeIsLostInPostgreSQL(backend: Backend) async throws {
        let environment = try await backend.environment(TemporaryDirectory())
        let acknowledged = try await killed(times: 30, environment: environment)
        let kind = try #require(backend.server)
        let name = try #require(environment["DATABASE_URL"]?.split(separator: "/").last.map(String.init))
        let server = try PostgresServer.shared(kind)
        let stored = try await server.texts(
            "SELECT replace(uid::text, '-', '') FROM episodic_memory.episodes",
            in: name
        )
        #expect(acknowledged.subtracting(stored).isEmpty)
        // All that belongs to an episode came and went with it.
        let half = """
            SELECT e.uid::text FROM episodic_memory.episodes e WHERE NOT EXISTS
                (SELECT 1 FROM episodic_memory.embeddings v WHERE v.episode = e.id)
            """
        #expect(try await server.texts(half, in: name).isEmpty)
    }

    /// The ids of acknowledged episodes, without dashes.
    private func killed(times: Int, environment: [String: String]) async throws -> Set<String> {
        let acknowledged = Locked<Set<String>>([])
        for round in 0..<times {
            let process = try ServiceProcess(environment: environment)
            let port = try await process.port()
            try await process.logged("database open")
            let before = acknowledged.value.count
            await withTaskGroup(of: Void.self) { clients in
                for _ in 0..<4 {
                    clients.addTask {
                        // It ends with the connection.
                        try? await TestClient.withClient(host: "127.0.0.1", port: port) { client in
                            while let id = try await Self.capture(client, round: round) {
                                acknowledged.update { $0.insert(id) }
                            }
                        }
                    }
                }
                // Another moment each time.
                let enough = before + 5 + round % 40
                _ = try? await eventually("load") { acknowledged.value.count > enough ? true : nil }
                process.signal(SIGKILL)
            }
            #expect(try await process.exit() == 128 + SIGKILL)
            #expect(acknowledged.value.count > before)
        }
        return Set(acknowledged.value.map { $0.filter { $0 != "-" } })
    }

    private static func capture(_ client: TestClient, round: Int) async throws -> String? {
        let response = try await client.post(
            "/api/v1/capture",
            headers: [.contentType: "application/json"],
            body: .init(string: #"{"episode_type":"failure","goal":"survive round \#(round)"}"#)
        )
        guard response.status == .created else { return nil }
        return try JSONParser.parse(String(buffer: response.body ?? .init()))["id"]?.stringValue
    }
}
