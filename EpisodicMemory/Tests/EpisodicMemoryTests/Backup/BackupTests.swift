import Foundation
import GRDB
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import EpisodicMemory

@Suite struct BackupTests {
    private static let admin: HTTPFields = [.authorization: "Bearer an-admin-key-for-tests"]

    private func service() throws -> TestService {
        var service = try TestService()
        service.configuration.accessKeys = AccessKeys(
            adminKey: "an-admin-key-for-tests",
            serverKey: "a-server-key-for-tests-0123456789abc"
        )
        return service
    }

    @Test func aRestoreBringsBackTheMomentOfTheBackup() async throws {
        let service = try service()
        try await service.run { client in
            let customer = try await client.post("/api/v1/customers", ["name": "a"], headers: Self.admin)
            let path = "/api/v1/customers/\(customer.json["id"]?.stringValue ?? "")/keys"
            let key = try await client.post(path, [:], headers: Self.admin)
            let tenant: HTTPFields = [.apiKey: key.json["key"]?.stringValue ?? ""]
            func capture(_ goal: String) async throws {
                let body: JSONValue = ["goal": .string(goal), "episode_type": "success"]
                #expect(try await client.post("/api/v1/capture", body, headers: tenant).status == .created)
            }
            func goals() async throws -> [String] {
                let found = try await client.post("/api/v1/search", ["goal": "before after"], headers: tenant)
                return (found.json["episodes"]?.arrayValue ?? []).compactMap { $0["goal"]?.stringValue }.sorted()
            }
            try await capture("before one")
            try await capture("before two")
            #expect(try await goals() == ["before one", "before two"])
            let backup = try await client.http.execute(uri: "/admin/backup", method: .post, headers: Self.admin) { $0 }
            #expect(backup.status == .ok)
            try await capture("after")
            #expect(try await goals().count == 3)

            let early = try await client.http.execute(
                uri: "/admin/restore",
                method: .post,
                headers: Self.admin,
                body: backup.body
            ) { $0.status }
            #expect(early == .conflict)
            _ = try await client.post("/admin/maintenance", ["enabled": true], headers: Self.admin)
            #expect(try await client.get("/api/v1/stats", headers: tenant).status == .serviceUnavailable)
            let bad = try await client.send(.post, "/admin/restore", headers: Self.admin, body: "no database")
            #expect(bad.errorCode == "not_a_backup")
            let restored = try await client.http.execute(
                uri: "/admin/restore",
                method: .post,
                headers: Self.admin,
                body: backup.body
            ) { $0.status }
            #expect(restored == .ok)
            _ = try await client.post("/admin/maintenance", ["enabled": false], headers: Self.admin)
            #expect(try await goals() == ["before one", "before two"])
            try await capture("after again")
            #expect(try await goals().count == 3)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: service.directory.path)
        #expect(!left.contains { $0.hasSuffix(".backup") || $0.contains(".restore") })
    }

    /// What was acknowledged before the backup began is in it, and nothing is in it by half.
    @Test(.heavy) func aBackupUnderLoadHoldsAllThatWasAcknowledgedBefore() async throws {
        let directory = try TemporaryDirectory()
        let process = try ServiceProcess(environment: ["DATA_DIR": directory.path, "DRAIN_DELAY_SECONDS": "0"])
        let port = try await process.port()
        try await process.logged("database open")
        let file = directory.path + "/copy.sqlite"
        let acknowledged = Locked<[String]>([])
        let isDone = Locked(false)
        try await withThrowingTaskGroup(of: Void.self) { clients in
            for _ in 0..<4 {
                clients.addTask {
                    try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
                        while !isDone.value {
                            let response = try await client.post(
                                "/api/v1/capture",
                                headers: [.contentType: "application/json"],
                                body: .init(string: #"{"episode_type":"failure","goal":"load"}"#)
                            )
                            let body = try JSONParser.parse(String(buffer: response.body ?? .init()))
                            if let id = body["id"]?.stringValue { acknowledged.update { $0.append(id) } }
                        }
                    }
                }
            }
            _ = try await eventually("load") { acknowledged.value.count > 100 ? true : nil }
            let before = acknowledged.value
            let backup = try ServiceProcess(arguments: ["backup", file], environment: ["DATA_DIR": directory.path])
            #expect(try await backup.exit() == 0, "\(backup.output)")
            let after = acknowledged.value.count
            _ = try await eventually("more load") { acknowledged.value.count > after + 50 ? true : nil }
            isDone.update { $0 = true }
            try await clients.waitForAll()
            let stored = try await ids(in: file)
            #expect(stored.isSuperset(of: before))
            #expect(stored.isSubset(of: acknowledged.value))
        }
        process.signal(SIGTERM)
        #expect(try await process.exit() == 0)
        let copied = try await ids(in: file)
        let restore = try ServiceProcess(arguments: ["restore", file], environment: ["DATA_DIR": directory.path])
        #expect(try await restore.exit() == 0, "\(restore.output)")
        #expect(try await ids(in: directory.path + "/episodes.sqlite") == copied)
        let wrong = try ServiceProcess(
            arguments: ["restore", directory.path + "/nothing"],
            environment: ["DATA_DIR": directory.path]
        )
        #expect(try await wrong.exit() == 2)
    }

    private func ids(in file: String) async throws -> Set<String> {
        let database = try DatabaseQueue(path: file)
        let stored = try await database.read { db in try Data.fetchAll(db, sql: "SELECT uid FROM episodes") }
        return Set(stored.compactMap { EpisodeRow.id($0)?.description })
    }
}
