import AsyncHTTPClient
import Core
import Foundation
import Kubernetes
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import Subprocess
import SystemPackage
import Testing

@testable import LocalCluster

/// A running API server on a free port, with an empty store and pods that are only pretended.
struct TestServer: Sendable {
    let store: ObjectStore
    let clock: TestClock
    let port: Int
    let kubeconfig: URL
    let directory: URL
    let authority: String
    let pods: PretendedPods
    static let token = Secret("test-token")

    /// Starts a server, runs `body`, and shuts the server down gracefully.
    static func run(
        clock: TestClock = TestClock(Date()),
        _ configure: (inout ObjectStore.Configuration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let store = try await StoreFixtures.store(clock: clock, configure)
            let identity = try ServerIdentity.load(from: directory)
            let pods = PretendedPods()
            var backend = APIBackend(store: store, logs: pods, addressing: pods, token: token)
            backend.now = clock.now
            let (ports, announce) = AsyncStream<Int>.makeStream()
            var logger = Logger(label: "test")
            logger.logLevel = .error
            let server = APIServer(backend, identity: identity, port: 0, logger: logger) { announce.yield($0) }
            let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                guard let port = await ports.first(where: { _ in true }) else { return }
                let kubeconfig = directory.appending(path: "kubeconfig")
                let text = Kubeconfig.text(port: port, authority: identity.authority, token: token)
                try PrivateFile.write(text, to: kubeconfig)
                let running = TestServer(
                    store: store,
                    clock: clock,
                    port: port,
                    kubeconfig: kubeconfig,
                    directory: directory,
                    authority: identity.authority,
                    pods: pods
                )
                do {
                    try await body(running)
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    struct Answer: Sendable {
        let status: Int
        let contentType: String
        let headers: [String: String]
        let text: String
        var json: JSON { (try? JSON(parsing: text)) ?? .null }
    }

    /// One request, as any HTTP client would make it.
    func request(
        _ method: String,
        _ path: String,
        body: JSON? = nil,
        headers: [String: String] = [:],
        token: Secret? = TestServer.token
    ) async throws -> Answer {
        try await request(method, path, text: body?.text(), headers: headers, token: token)
    }

    func request(
        _ method: String,
        _ path: String,
        text: String?,
        headers: [String: String] = [:],
        token: Secret? = TestServer.token
    ) async throws -> Answer {
        try await withClient { client in
            var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)\(path)")
            request.method = .init(rawValue: method)
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            if let token { request.headers.add(name: "Authorization", value: "Bearer \(token.reveal())") }
            if let text {
                if headers["Content-Type"] == nil {
                    request.headers.add(name: "Content-Type", value: "application/json")
                }
                request.body = .bytes(ByteBuffer(string: text))
            }
            let response = try await client.execute(request, timeout: .seconds(30))
            let body = try await response.body.collect(upTo: 1 << 24)
            return Answer(
                status: Int(response.status.code),
                contentType: response.headers.first(name: "content-type") ?? "",
                headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first },
                text: String(buffer: body)
            )
        }
    }

    func withClient<Result>(_ body: (HTTPClient) async throws -> Result) async throws -> Result {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.tlsConfiguration = .makeClientConfiguration()
        let roots = try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8))
        configuration.tlsConfiguration?.trustRoots = .certificates(roots)
        configuration.httpVersion = .http1Only
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    // MARK: kubectl

    struct Output: Sendable {
        let code: Int
        let output: String
        let errors: String
        var all: String { output + errors }
    }

    /// The stock `kubectl` against this server.
    func kubectl(_ arguments: String..., input: String = "") async throws -> Output {
        try await kubectl(arguments, input: input)
    }

    func kubectl(_ arguments: [String], input: String = "") async throws -> Output {
        // A cache of its own: discovery of another test's server must not be used.
        let cache = directory.appending(path: "kubectl-cache").path
        let options = ["--kubeconfig", kubeconfig.path, "--cache-dir", cache, "--request-timeout=20s"]
        let result = try await Subprocess.run(
            .path("/usr/bin/env"),
            arguments: .init(["kubectl"] + options + arguments),
            input: .string(input),
            output: .string(limit: 1 << 22),
            error: .string(limit: 1 << 22)
        )
        let code: Int =
            switch result.terminationStatus {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return Output(code: code, output: result.standardOutput, errors: result.standardError)
    }

    /// Whether the machine has `kubectl`; tests that need it are skipped otherwise.
    static let hasKubectl: Bool = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/kubectl") }
    }()
}
