import Foundation
import Testing

@testable import EpisodicMemory

/// The databases that the same behaviour is asked of.
enum Backend: String, Sendable, CaseIterable {
    case sqlite
    /// PostgreSQL as distributions have it, without pgvector.
    case postgres
    case pgvector

    /// Those this machine can run; `EPISODIC_MEMORY_BACKENDS=postgres,…` narrows them.
    static let available: [Backend] = {
        let asked = ProcessInfo.processInfo.environment["EPISODIC_MEMORY_BACKENDS"]?.split(separator: ",")
        return allCases.filter { backend in
            guard asked?.contains(Substring(backend.rawValue)) ?? true else { return false }
            return backend.server.map { PostgresServer.binaries($0) != nil } ?? true
        }
    }()

    static let postgresOnes = available.filter { $0 != .sqlite }

    /// What the test at hand runs on.
    @TaskLocal static var current = Backend.sqlite

    var server: PostgresServer.Kind? {
        switch self {
        case .sqlite: nil
        case .postgres: .plain
        case .pgvector: .vector
        }
    }

    /// The settings of a new, empty database.
    func environment(_ directory: TemporaryDirectory) async throws -> [String: String] {
        guard let server else { return ["DATA_DIR": directory.path] }
        return ["DATABASE_URL": try await PostgresServer.shared(server).newDatabase()]
    }

    func settings() async throws -> PostgresSettings? {
        guard let server else { return nil }
        let url = try await PostgresServer.shared(server).newDatabase()
        return PostgresSettings(address: try #require(PostgresAddress(url)), poolSize: 4, timeout: .seconds(10))
    }

    /// A store over a database of its own.
    func open(_ directory: TemporaryDirectory) async throws -> any EpisodeStorage {
        var configuration = EpisodicMemory.Configuration()
        configuration.dataDirectory = directory.path
        configuration.database = try await settings()
        return try await configuration.openStorage()
    }
}

extension Trait where Self == EveryBackend {
    /// Runs each test of the suite once for every database there is.
    static var everyBackend: Self { Self() }
}

struct EveryBackend: SuiteTrait, TestTrait, TestScoping {
    struct Failure: Error {
        let backend: Backend
        let error: any Error
    }

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        for backend in Backend.available {
            do {
                try await Heavy.inTurn { try await Backend.$current.withValue(backend) { try await function() } }
            } catch {
                throw Failure(backend: backend, error: error)
            }
        }
    }
}
