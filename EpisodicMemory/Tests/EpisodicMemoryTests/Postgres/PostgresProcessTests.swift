import EpisodicMemory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// The built service, over a server that comes and goes.
@Suite(.enabled(if: Backend.available.contains(.postgres), "PostgreSQL is not installed"), .heavy)
struct PostgresProcessTests {
    private static let fast = ["DRAIN_DELAY_SECONDS": "0", "DATABASE_TIMEOUT_SECONDS": "2"]

    private func process(_ url: String, _ more: [String: String] = [:]) throws -> ServiceProcess {
        let settings = Self.fast.merging(["DATABASE_URL": url, "DATA_DIR": "/nowhere"]) { $1 }
        return try ServiceProcess(environment: settings.merging(more) { $1 })
    }

    private func request(_ port: Int, _ path: String, _ body: String? = nil) async throws -> TestClient.Response {
        try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            guard let body else { return try await client.get(path) }
            return try await client.post(path, headers: [.contentType: "application/json"], body: .init(string: body))
        }
    }

    private static let episode = #"{"episode_type":"failure","goal":"survive the database"}"#

    @Test func itStartsBeforeTheDatabaseAndSurvivesItsRestart() async throws {
        let server = try PostgresServer(.plain)
        let process = try process(server.url("postgres"))
        let port = try await process.port()
        try await process.logged("waiting for the database")
        #expect(try await request(port, "/health/liveness").status == .ok)
        #expect(try await request(port, "/health/readiness").status == .serviceUnavailable)
        #expect(try await request(port, "/api/v1/capture", Self.episode).status == .serviceUnavailable)
        try server.start()
        try await process.logged("database open")
        #expect(try await request(port, "/health/readiness").status == .ok)
        #expect(try await request(port, "/api/v1/capture", Self.episode).status == .created)

        server.stop()
        let refused = try await request(port, "/api/v1/capture", Self.episode)
        #expect(refused.status == .serviceUnavailable)
        #expect(refused.headers[.retryAfter] == "1")
        #expect(String(buffer: refused.body ?? .init()).contains("database_unavailable"))
        let readiness = try await request(port, "/health/readiness")
        #expect(readiness.status == .serviceUnavailable)
        #expect(String(buffer: readiness.body ?? .init()).contains("the database does not answer"))
        #expect(try await request(port, "/health/liveness").status == .ok)
        try server.start()
        _ = try await eventually("ready again") {
            try await request(port, "/health/readiness").status == .ok ? true : nil
        }
        #expect(try await request(port, "/api/v1/capture", Self.episode).status == .created)
        let stats = try await request(port, "/api/v1/stats")
        #expect(String(buffer: stats.body ?? .init()).contains(#""failures":2"#))
        process.signal(SIGTERM)
        #expect(try await process.exit() == 0)
    }

    @Test func askedToStopWhileItWaitsForTheDatabaseItStops() async throws {
        let server = try PostgresServer(.plain)
        let process = try process(server.url("postgres"))
        try await process.logged("waiting for the database")
        process.signal(SIGTERM)
        #expect(try await process.exit() == 0)
    }

    @Test func whoIsNotLetInEndsWithTheServersReasonAndWithoutThePassword() async throws {
        let server = try PostgresServer.shared(.plain)
        _ = try await server.newDatabase()
        let url = server.url("no_such_database").replacing("postgres@", with: "postgres:hunter2-zzzz@")
        let process = try process(url)
        #expect(try await process.exit() == 1)
        #expect(process.output.contains(#"database \"no_such_database\" does not exist"#), "\(process.output)")
        #expect(!process.output.contains("hunter2"))
        let wrong = try self.process("postgresql://a:hunter2-zzzz@b/c?sslmode=maybe-some-day&colour=red")
        #expect(try await wrong.exit() == 2)
        #expect(wrong.output.contains("DATABASE_URL"))
        #expect(!wrong.output.contains("hunter2"))
    }

    @Test func aServerThatIsNotTheOneThatWasNamedIsRefused() async throws {
        let server = try PostgresServer(.plain)
        let certificates = try TemporaryDirectory()
        let openssl = try #require(Tool("openssl"))
        for name in ["localhost", "elsewhere"] {
            let made = try await openssl.run([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=\(name)",
                "-addext", "subjectAltName=DNS:\(name)", "-keyout", "\(certificates.path)/\(name).key",
                "-out", "\(certificates.path)/\(name).crt",
            ])
            #expect(made.status == 0, "\(made.output)")
        }
        let port = try await server.startWithTLS(
            certificate: "\(certificates.path)/localhost.crt",
            key: "\(certificates.path)/localhost.key"
        )
        let url =
            "postgresql://postgres@localhost:\(port)/postgres?sslmode=verify-full&sslrootcert=\(certificates.path)"
        let right = try process(url + "/localhost.crt")
        try await right.logged("database open")
        #expect(try await server.texts("SELECT version FROM pg_stat_ssl WHERE ssl").isEmpty == false)
        right.signal(SIGTERM)
        #expect(try await right.exit() == 0)
        let wrong = try process(url + "/elsewhere.crt")
        try await wrong.logged("cannot go on")
        #expect(wrong.output.contains("certificate verify failed"), "\(wrong.output)")
        #expect(try await wrong.exit() == 1)
    }

    @Test(arguments: Backend.postgresOnes)
    func backupAndRestoreByTheCommand(backend: Backend) async throws {
        let directory = try TemporaryDirectory()
        let environment = try await backend.environment(directory)
        let process = try ServiceProcess(environment: environment.merging(Self.fast) { $1 })
        let port = try await process.port()
        try await process.logged("database open")
        #expect(try await request(port, "/api/v1/capture", Self.episode).status == .created)
        let file = directory.path + "/copy"
        let backup = try ServiceProcess(arguments: ["backup", file], environment: environment)
        #expect(try await backup.exit() == 0, "\(backup.output)")
        #expect(try await request(port, "/api/v1/capture", Self.episode).status == .created)
        let restore = try ServiceProcess(arguments: ["restore", file], environment: environment)
        #expect(try await restore.exit() == 0, "\(restore.output)")
        let stats = try await request(port, "/api/v1/stats")
        #expect(String(buffer: stats.body ?? .init()).contains(#""failures":1"#))
    }
}
