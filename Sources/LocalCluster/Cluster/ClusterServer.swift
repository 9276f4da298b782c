import Core
import Foundation
import Kubernetes
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// A whole local cluster in one process: objects, controllers, pods, Service addresses and the API.
package struct ClusterServer: Sendable {
    private let directory: ClusterDirectory
    private let logger: Logger
    private let makePods: @Sendable (ObjectStore) -> any PodHosting
    private let signals: [UnixSignal]

    /// How long connections may take to end when the server goes down.
    private static let shutdownLimit = Duration.seconds(20)

    /// A server for a folder. `makePods` gives what runs its pods; the signals end it gracefully.
    package init(
        directory: ClusterDirectory,
        logger: Logger,
        signals: [UnixSignal] = [.sigterm, .sigint],
        makePods: @escaping @Sendable (ObjectStore) -> any PodHosting
    ) {
        self.directory = directory
        self.logger = logger
        self.signals = signals
        self.makePods = makePods
    }

    /// Runs until a signal asks it to end, or a part of it fails.
    ///
    /// - Throws: `SlipwayError` when another server has the folder, or something cannot be set up.
    package func run() async throws {
        try PrivateFile.makeDirectory(directory.url)
        guard let lock = try FileLock.attempt(directory.serverLock) else {
            throw SlipwayError(
                .waiting,
                "Another server runs this local cluster",
                why: "it holds \(directory.serverLock.path)",
                next: "slipway cluster status"
            )
        }
        defer { withExtendedLifetime(lock) {} }
        let store = try ObjectStore(path: directory.objects.path)
        do {
            try await store.bootstrap()
            try await serve(store)
        } catch {
            try? FileManager.default.removeItem(at: directory.record)
            try? await store.close()
            throw error
        }
        try? FileManager.default.removeItem(at: directory.record)
        try await store.close()
    }

    private func serve(_ store: ObjectStore) async throws {
        let identity = try ServerIdentity.load(from: directory.url)
        let token = try ClusterToken.load(from: directory)
        let pods = makePods(store)
        try await pods.prepare()
        let notes = await pods.notes
        var backend = APIBackend(store: store, logs: pods, addressing: pods, token: token)
        let isReady = Readiness()
        backend.isReady = { isReady.value }
        let (directory, logger) = (directory, logger)
        let api = APIServer(
            backend,
            identity: identity,
            port: try ClusterPort.choose(in: directory),
            logger: logger
        ) { port in
            isReady.set()
            do {
                try Self.announce(port: port, identity, token, notes, in: directory)
                logger.info("ready", metadata: ["port": "\(port)"])
            } catch {
                logger.error("cannot tell that the server is ready", metadata: ["error": "\(error)"])
            }
        }
        let services: [any Service] = [
            BackgroundService { try await pods.run() },
            BackgroundService { await ControllerManager(store: store, logger: logger).run() },
            BackgroundService { try await ServiceProxy(store: store, logger: logger).run() },
            api,
        ]
        // They end in reverse order: nobody asks any more when the pods are left alone.
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: signals,
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = Self.shutdownLimit
        try await ServiceGroup(configuration: configuration).run()
    }

    private static func announce(
        port: Int,
        _ identity: ServerIdentity,
        _ token: Secret,
        _ notes: [String],
        in directory: ClusterDirectory
    ) throws {
        try ClusterPort.remember(port, in: directory)
        if !Kubeconfig.isCurrent(directory.kubeconfig, port: port, authority: identity.authority, token: token) {
            let text = Kubeconfig.text(port: port, authority: identity.authority, token: token)
            try PrivateFile.write(text, to: directory.kubeconfig)
        }
        guard let process = ProcessIdentity.current else {
            throw SlipwayError(.external, "The system does not tell which process this is")
        }
        // Last: who reads it finds everything else in place.
        try ClusterRecord(process: process, port: port, started: Date(), notes: notes).write(to: directory)
    }
}

/// Whether the server can work; set once.
private final class Readiness: Sendable {
    private let state = Mutex(false)
    var value: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}

/// A part of the server that works until it is cancelled.
private struct BackgroundService: Service {
    let work: @Sendable () async throws -> Void

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown(work)
        } catch is CancellationError {
            // Being told to end is no failure.
        }
    }
}
