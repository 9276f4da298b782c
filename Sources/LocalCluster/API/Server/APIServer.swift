import AsyncHTTPClient
import Core
import Foundation
import Hummingbird
import HummingbirdTLS
import Kubernetes
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// What the API server serves.
package struct APIBackend: Sendable {
    package let store: ObjectStore
    package let logs: any PodLogSource
    package let addressing: any PodAddressing
    /// What clients must show.
    package let token: Secret
    /// Whether `/readyz` says yes.
    package var isReady: @Sendable () async -> Bool = { true }
    package var now: @Sendable () -> Date = { Date() }

    package init(store: ObjectStore, logs: any PodLogSource, addressing: any PodAddressing, token: Secret) {
        self.store = store
        self.logs = logs
        self.addressing = addressing
        self.token = token
    }
}

/// The Kubernetes REST API over TLS on loopback.
package struct APIServer: Service {
    private let backend: APIBackend
    private let identity: ServerIdentity
    private let port: Int
    private let logger: Logger
    private let onRunning: @Sendable (Int) async -> Void

    /// Connections without a request are closed after this time.
    private static let idleTimeout = TimeAmount.seconds(120)

    /// A server on a port of 127.0.0.1; 0 takes a free one. `onRunning` is told the port once the server accepts.
    package init(
        _ backend: APIBackend,
        identity: ServerIdentity,
        port: Int,
        logger: Logger,
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.backend = backend
        self.identity = identity
        self.port = port
        self.logger = logger
        self.onRunning = onRunning
    }

    /// Serves until graceful shutdown.
    package func run() async throws {
        let client = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: Self.proxying)
        do {
            try await serve(client)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func serve(_ client: HTTPClient) async throws {
        let application = Application(
            responder: APIResponder(backend, address: "127.0.0.1:\(port)", client: client),
            server: try .tls(
                .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
                tlsConfiguration: try identity.tlsConfiguration()
            ),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { [onRunning] channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        try await application.run()
    }

    /// For requests to pods: no redirects are followed, and a refused connection is an answer, not a reason to wait.
    private static var proxying: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5), read: .seconds(60)),
            decompression: .disabled
        )
        configuration.connectionPool.retryConnectionEstablishment = false
        // Pods come and go, and their addresses are used again.
        configuration.connectionPool.idleTimeout = .seconds(2)
        configuration.httpVersion = .http1Only
        return configuration
    }
}
