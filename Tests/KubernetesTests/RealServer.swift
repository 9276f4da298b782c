import Core
import Foundation
import Kubernetes
import LocalCluster
import Logging
import NIOCore
import ServiceLifecycle

/// The local cluster's API server: TLS, a token, a real store. Its pods do not run.
struct RealServer: Sendable {
    let connection: ClusterConnection
    let store: ObjectStore

    static let token = Secret("sesame")

    private struct NoPods: PodLogSource, PodAddressing {
        func logs(_ request: PodLogRequest) async throws -> any AsyncSequence<ByteBuffer, any Error> & Sendable {
            AsyncThrowingStream<ByteBuffer, any Error> { continuation in
                continuation.yield(ByteBuffer(string: "one\ntwo\n"))
                continuation.finish()
            }
        }

        func address(of pod: KubernetesObject, port: Int) async throws -> PodAddress {
            throw KubernetesStatusError.serviceUnavailable("no address")
        }
    }

    static func with(_ body: @escaping @Sendable (RealServer) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ObjectStore(path: nil)
        try await store.bootstrap()
        let identity = try ServerIdentity.load(from: folder)
        let backend = APIBackend(store: store, logs: NoPods(), addressing: NoPods(), token: token)
        let (ports, announce) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let server = APIServer(backend, identity: identity, port: 0, logger: logger) { announce.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            guard let port = await ports.first(where: { _ in true }),
                let url = URL(string: "https://127.0.0.1:\(port)")
            else { return }
            let connection = ClusterConnection(
                name: "real",
                server: url,
                tls: ClusterTLS(authorities: Data(identity.authority.utf8)),
                credentials: .token(token)
            )
            do {
                try await body(RealServer(connection: connection, store: store))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
