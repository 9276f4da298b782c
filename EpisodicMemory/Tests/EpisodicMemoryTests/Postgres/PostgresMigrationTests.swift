import Foundation
import Testing

@testable import EpisodicMemory

@Suite(.enabled(if: !Backend.postgresOnes.isEmpty, "PostgreSQL is not installed"), .heavy)
struct PostgresMigrationTests {
    private func session(_ settings: PostgresSettings) async throws -> PostgresConnection {
        try await PostgresConnection.open(settings.address, limit: nil) { session in
            try session.script("SET search_path = episodic_memory, public")
        }
    }

    /// An episode as a binary of that version stored it, and the version's schema around it.
    private func oldDatabase(_ version: Int64, _ settings: PostgresSettings) async throws -> EpisodeID {
        let connection = try await session(settings)
        defer { connection.close() }
        var episode = Episode(type: .failure, goal: "from long ago")
        episode.tags = ["old", "tag"]
        let placed = await Embedder(endpoint: nil).embedding(of: episode, given: nil)
        let capture = PostgresCapture(episode, placed, idempotencyKey: "k", tenant: .single)
        return try await connection.run { session in
            try PostgresMigrations.migrate(session, upTo: version)
            return try capture.store(session).id
        }
    }

    @Test(arguments: Backend.postgresOnes, PostgresMigrations.all.map(\.version))
    func dataOfEveryOlderVersionIsFound(backend: Backend, version: Int64) async throws {
        let settings = try #require(await backend.settings())
        let id = try await oldDatabase(version, settings)
        let store = try await PostgresStore.open(settings, embeddings: nil)
        // Words alone, then vectors alone: what was there before the index was is in the index.
        for goal in ["long ago", "longing agone"] {
            let found = try await store.search(SearchRequest(goal: goal), tenant: .single)
            #expect(found.map(\.stored.id) == [id])
            #expect(found.first?.stored.episode.tags == ["old", "tag"])
            #expect(found.first?.scores.vector ?? 0 > 0.1)
        }
        #expect(try await store.delete(id, tenant: .single))
    }

    /// During a rolling update the binary before this writes to the migrated database.
    @Test(arguments: Backend.postgresOnes)
    func whatAnOlderBinaryWritesMeanwhileIsFound(backend: Backend) async throws {
        let settings = try #require(await backend.settings())
        let store = try await PostgresStore.open(settings, embeddings: nil)
        let id = try await oldDatabase(1, settings)
        let found = try await store.search(SearchRequest(goal: "longing agone"), tenant: .single)
        #expect(found.map(\.stored.id) == [id])
    }

    @Test(arguments: Backend.postgresOnes)
    func anOlderBinaryStartsOnANewerDatabase(backend: Backend) async throws {
        let settings = try #require(await backend.settings())
        try await PostgresStore.open(settings, embeddings: nil).close()
        let connection = try await session(settings)
        try await connection.run { session in
            _ = try session.execute("INSERT INTO migrations (version, name) VALUES (99, $1)", [.text("of the future")])
        }
        connection.close()
        let store = try await PostgresStore.open(settings, embeddings: nil)
        #expect(try await store.statistics(tenant: .single).failures == 0)
    }

    /// The administrator installed pgvector somewhere else, and the service may not.
    @Test(.enabled(if: Backend.available.contains(.pgvector), "there is no pgvector here"))
    func pgVectorMayBeInAnySchema() async throws {
        let server = try PostgresServer.shared(.vector)
        let url = try await server.newDatabase()
        let database = try #require(url.split(separator: "/").last.map(String.init))
        try await server.execute(
            "CREATE SCHEMA \"Extra Things\"; CREATE EXTENSION vector SCHEMA \"Extra Things\"",
            in: database
        )
        let address = try #require(PostgresAddress(url))
        let settings = PostgresSettings(address: address, poolSize: 2, timeout: .seconds(10))
        let store = try await PostgresStore.open(settings, embeddings: nil)
        #expect(store.usesPgVector)
        let body: JSONValue = ["goal": "align the antenna", "episode_type": "failure"]
        let id = try await store.capture(CaptureRequest(body.objectValue ?? []), tenant: .single).id
        let found = try await store.search(SearchRequest(goal: "realigning antennas"), tenant: .single)
        #expect(found.map(\.stored.id) == [id])
    }

    @Test(.enabled(if: Backend.available.contains(.pgvector), "there is no pgvector here"))
    func withoutTheRightToInstallPgVectorTheCodesServe() async throws {
        let server = try PostgresServer.shared(.vector)
        let url = try await server.newDatabase()
        let database = try #require(url.split(separator: "/").last.map(String.init))
        // A trusted extension needs the right to create in the database, which here only the schema's owner has.
        try await server.execute(
            """
            CREATE ROLE limited_\(database) LOGIN; CREATE SCHEMA episodic_memory AUTHORIZATION limited_\(database)
            """,
            in: database
        )
        let limited = url.replacing("postgres@", with: "limited_\(database)@")
        let settings = PostgresSettings(
            address: try #require(PostgresAddress(limited)),
            poolSize: 2,
            timeout: .seconds(10)
        )
        let store = try await PostgresStore.open(settings, embeddings: nil)
        #expect(!store.usesPgVector)
        #expect(try await store.statistics(tenant: .single).failures == 0)
    }
}
