import Foundation
import GRDB
import HTTPTypes
import Testing

@testable import EpisodicMemory

@Suite struct MigrationTests {
    /// A database as an older binary left it, with one episode in it.
    private func oldDatabase(_ version: String, in directory: String) throws -> EpisodeID {
        let database = try DatabasePool(path: directory + "/episodes.sqlite")
        try Migrations.migrator.migrate(database, upTo: version)
        let id = EpisodeID.make()
        try database.write { db in
            try db.execute(
                sql: "INSERT INTO episodes (uid, created_at, episode_type, goal, tags) VALUES (?, ?, 0, ?, ?)",
                arguments: [Data(id.bytes), 1, "from long ago", "old\u{1F}tag"]
            )
        }
        try database.close()
        return id
    }

    @Test(arguments: Migrations.migrator.migrations)
    func dataOfEveryOlderVersionIsFound(version: String) async throws {
        let service = try TestService()
        let id = try oldDatabase(version, in: service.directory.path)
        try await service.run { client in
            let found = try await client.post("/api/v1/search", ["goal": "long ago"])
            #expect(found.episodeIDs == [id.description])
            #expect(found.json["episodes"]?.arrayValue?.first?["tags"] == ["old", "tag"])
            #expect(try await client.send(.delete, "/api/v1/episodes/\(id)").status == .noContent)
            #expect(try await client.post("/api/v1/search", ["goal": "long ago"]).episodeIDs.isEmpty)
        }
    }

    /// During a rolling update the binary before this writes to the migrated database.
    @Test func whatAnOlderBinaryWritesMeanwhileIsFound() async throws {
        let service = try TestService()
        try await service.run { client in
            let id = EpisodeID.make()
            let database = try DatabasePool(path: service.directory.path + "/episodes.sqlite")
            try await database.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO episodes (uid, created_at, episode_type, goal, actions_taken, error_trace,
                            error_class, tool_chain, resolution, code_state_diff, environment_info, tags,
                            idempotency_key)
                        VALUES (?, ?, 1, 'written by the old one', '', '', '', '', '', '', '{}', '', 'key')
                        """,
                    arguments: [Data(id.bytes), Timestamp.now().milliseconds]
                )
            }
            #expect(try await client.post("/api/v1/search", ["goal": "written old"]).episodeIDs == [id.description])
        }
    }

    /// The binary before this finds migrations it does not know, and goes on.
    @Test func anOlderBinaryStartsOnANewerDatabase() async throws {
        let service = try TestService()
        try await service.run { _ in }
        let database = try DatabasePool(path: service.directory.path + "/episodes.sqlite")
        var older = DatabaseMigrator()
        older.registerMigration("v1 episodes") { _ in Issue.record("ran again") }
        try older.migrate(database)
    }
}
