import Foundation
import Testing

@Suite(.heavy) struct ClientTests {
    private static let adminKey = "an-admin-key-for-tests"

    private func start(_ backend: Backend, _ directory: TemporaryDirectory, withKeys: Bool) async throws
        -> ServiceProcess
    {
        var environment = try await backend.environment(directory)
        environment["DRAIN_DELAY_SECONDS"] = "0"
        if withKeys {
            environment["ADMIN_API_KEY"] = Self.adminKey
            environment["SERVER_KEY"] = "a-server-key-for-tests-0123456789abc"
        }
        return try ServiceProcess(environment: environment)
    }

    @Test(arguments: Backend.available)
    func aPythonClientWorksFromTheDocumentAlone(backend: Backend) async throws {
        guard let python = Tool("python3"), await Tool.hasPythonModule("requests") else {
            try Test.cancel("python3 with the package 'requests' is not installed")
        }
        let directory = try TemporaryDirectory()
        let process = try await start(backend, directory, withKeys: true)
        try await process.logged("database open")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Client/day.py").standardizedFileURL.path
        let day = try await python.run([script, "http://127.0.0.1:\(try await process.port())", Self.adminKey])
        #expect(day.status == 0, "\(day.output)")
    }

    /// Requests made up from the document, valid and not: every answer must be one the document names.
    @Test(arguments: Backend.available.filter { $0 != .pgvector }, [false, true])
    func schemathesisFindsNoViolation(backend: Backend, withKeys: Bool) async throws {
        guard let schemathesis = Tool("schemathesis") else {
            try Test.cancel("the package 'schemathesis' is not installed")
        }
        let directory = try TemporaryDirectory()
        let process = try await start(backend, directory, withKeys: withKeys)
        try await process.logged("database open")
        let port = try await process.port()
        // With keys the operator's paths, without them everyone's: an operator's key is no tenant's.
        let paths =
            withKeys
            ? "^/(api/v1/customers|admin)" : "^/(api/v1/(capture|search|reflect|episodes|stats)|health|metrics)"
        let key = withKeys ? ["--header", "Authorization: Bearer \(Self.adminKey)"] : []
        let run = try await schemathesis.run(
            [
                "run", "http://127.0.0.1:\(port)/openapi.json", "--include-path-regex", paths, "--max-examples", "6",
                "--seed", "1", "--no-color",
            ] + key
        )
        #expect(run.status == 0, "\(run.output.suffix(4000))")
    }
}
