import Foundation
import Testing

@testable import EpisodicMemory

@Suite(.enabled(if: Backend.available.contains(.postgres), "PostgreSQL is not installed"), .heavy)
struct PostgresClientTests {
    private func pool(capacity: Int = 2, limit: Duration = .seconds(10)) async throws -> PostgresPool {
        let url = try await PostgresServer.shared(.plain).newDatabase()
        return PostgresPool(try #require(PostgresAddress(url)), capacity: capacity, limit: limit) { session in
            session.limit = limit
        }
    }

    @Test func valuesComeBackAsTheyWent() async throws {
        let pool = try await pool()
        let id = EpisodeID.make()
        let texts = ["", "plain", "l'été \"quoted\" {a,b} \\ NULL", "日本", "two\nlines"]
        let floats: [Float] = [0, -1.5, .pi, .leastNonzeroMagnitude]
        try await pool.run { session in
            let row = try #require(
                session.query(
                    "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9::bigint, $10::text[]",
                    [
                        .integer(.min), .double(0.1), .text("a'b\u{0}c"), .bytes(Data([0, 255, 1])), .id(id),
                        .texts(texts), .floats(floats), .bool(true), .null, .texts([]),
                    ]
                ).first
            )
            #expect(try row.integer(0) == .min)
            #expect(try row.double(1) == 0.1)
            #expect(try row.text(2) == "a'b\u{FFFD}c")
            #expect(try row.data(3) == Data([0, 255, 1]))
            #expect(try row.id(4) == id)
            #expect(try row.texts(5) == texts)
            #expect(try row.optionalFloats(6) == floats)
            #expect(try row.bool(7))
            #expect(try row.optionalInteger(8) == nil)
            #expect(try row.texts(9) == [])
            #expect(throws: PostgresError.self) { try row.integer(2) }
            #expect(throws: PostgresError.self) { try row.integer(8) }
            #expect(throws: PostgresError.self) { try row.integer(99) }
        }
    }

    @Test func noValueBecomesPartOfAStatement() async throws {
        let pool = try await pool()
        let attack = "'; DROP TABLE kept; --"
        try await pool.run { session in
            try session.script("CREATE TABLE kept (text text)")
            try session.execute("INSERT INTO kept VALUES ($1)", [.text(attack)])
            let kept = try session.query("SELECT text FROM kept").map { try $0.text(0) }
            #expect(kept == [attack])
        }
    }

    @Test func aFailedStatementLeavesTheConnectionUsable() async throws {
        let pool = try await pool(capacity: 1)
        for _ in 0..<3 {
            await #expect(throws: PostgresError.self) {
                try await pool.run { session in
                    try session.transaction {
                        try session.script("CREATE TABLE half (a bigint)")
                        _ = try session.query("SELECT 1 / $1", [.integer(0)])
                    }
                }
            }
        }
        let isGone = try await pool.run { session in
            try session.query("SELECT to_regclass('half') IS NULL").first?.bool(0)
        }
        #expect(isGone == true)
    }

    @Test func manyDifferentStatementsDoNotFillTheServer() async throws {
        let pool = try await pool(capacity: 1)
        try await pool.run { session in
            for number in 0..<600 { _ = try session.query("SELECT \(number), $1", [.integer(1)]) }
            let prepared = try session.query("SELECT count(*) FROM pg_prepared_statements").first?.count(0)
            #expect(prepared ?? .max <= 257)
        }
    }

    @Test func aServerThatTakesTooLongIsLeft() async throws {
        let pool = try await pool(capacity: 1, limit: .milliseconds(200))
        let error = await #expect(throws: PostgresError.self) {
            try await pool.run { session in _ = try session.query("SELECT pg_sleep(60)::text") }
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.isUnavailable == true)
        // The next one gets a new connection.
        try await pool.run { session in _ = try session.query("SELECT 1") }
    }

    @Test func whoeverWaitsForAConnectionTooLongIsTold() async throws {
        let pool = try await pool(capacity: 1, limit: .milliseconds(300))
        try await pool.lease { connection in
            try await connection.run { session in _ = try session.query("SELECT 1") }
            let error = await #expect(throws: PostgresError.self) {
                try await pool.run { session in _ = try session.query("SELECT 1") }
            }
            #expect(error?.kind == .exhausted)
        }
        try await pool.run { session in _ = try session.query("SELECT 1") }
    }

    @Test func moreTasksThanConnectionsTakeTurns() async throws {
        let pool = try await pool(capacity: 3)
        let sum = try await withThrowingTaskGroup(of: Int64.self) { tasks in
            for number in 1...200 {
                tasks.addTask {
                    try await pool.run { session in
                        try session.query("SELECT $1", [.integer(Int64(number))]).first?.integer(0) ?? 0
                    }
                }
            }
            return try await tasks.reduce(0, +)
        }
        #expect(sum == 20_100)
        let open = try await pool.run { session in
            try session.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()").first?.count(
                0
            )
        }
        #expect(open ?? .max <= 3)
    }

    @Test func aConnectionThatTheServerClosedIsReplacedUnseen() async throws {
        let pool = try await pool(capacity: 2)
        for _ in 0..<5 {
            let pid = try await pool.run { session in
                try session.query("SELECT pg_backend_pid()::bigint").first?.integer(0) ?? 0
            }
            try await PostgresServer.shared(.plain).execute("SELECT pg_terminate_backend(\(pid), 10000)")
            try await pool.run { session in _ = try session.query("SELECT 1") }
        }
    }

    @Test func aPoolThatIsClosedServesNobody() async throws {
        let pool = try await pool()
        try await pool.run { session in _ = try session.query("SELECT 1") }
        pool.close()
        await #expect(throws: PostgresError.self) { try await pool.run { _ in } }
    }
}

@Suite struct PostgresAddressTests {
    @Test func thePasswordIsNeverShown() throws {
        let address = try #require(PostgresAddress("postgres://me:s3cr%21t@db.example:6432/memory?sslmode=require"))
        #expect("\(address)" == "postgresql://me@db.example:6432/memory")
        #expect(!String(reflecting: address).contains("s3cr"))
        var output = ""
        dump(address, to: &output)
        #expect(!output.contains("s3cr"))
        #expect(address.clean("no \"s3cr!t\"\n\there\n") == "no \"***\"; here")
    }

    @Test(arguments: ["", "mysql://a/b", "postgresql://a:%zz@b/c", "postgresql://a/b?colour=red", "host=a"])
    func whatIsNoAddressIsRefusedWithoutQuotingIt(url: String) throws {
        #expect(PostgresAddress(url) == nil)
        let error = #expect(throws: ConfigurationError.self) {
            try EpisodicMemory.Configuration(environment: ["DATABASE_URL": url])
        }
        #expect(error?.description.contains("DATABASE_URL") == true)
        #expect(error?.description.contains("%zz") == false)
    }

    @Test func severalHostsAreNamed() throws {
        let address = try #require(PostgresAddress("postgresql://u@a:1,b:2/d?target_session_attrs=read-write"))
        #expect("\(address)" == "postgresql://u@a:1,b:2/d")
    }

    @Test func aNetworkFileSystemIsTold() {
        let mounts = """
            22 1 8:1 / / rw - ext4 /dev/sda1 rw
            30 22 0:50 / /data rw,relatime shared:9 - nfs4 server:/export rw
            31 30 8:2 / /data/local\\040disk rw - xfs /dev/sdb1 rw
            """
        #expect(NetworkFileSystem.kind(of: "/data/episodes", mounts: mounts) == "nfs4")
        #expect(NetworkFileSystem.kind(of: "/database", mounts: mounts) == "ext4")
        #expect(NetworkFileSystem.kind(of: "/data/local disk/x", mounts: mounts) == "xfs")
    }
}
