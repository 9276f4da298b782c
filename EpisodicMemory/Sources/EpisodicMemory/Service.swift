import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The whole service, put together once for the command and for the tests.
package struct EpisodicMemoryService: Sendable {
    package let configuration: Configuration
    package let lifecycle: Lifecycle
    let logger: Logger

    package init(configuration: Configuration, lifecycle: Lifecycle = Lifecycle(), logger: Logger) {
        self.configuration = configuration
        self.lifecycle = lifecycle
        self.logger = logger
    }

    package func buildApplication() -> some ApplicationProtocol {
        let holder = StoreHolder()
        let quotas = QuotaMeter()
        let store = StoreService(
            configuration: configuration,
            holder: holder,
            quotas: quotas,
            lifecycle: lifecycle,
            logger: logger
        )
        return Application(
            router: router(holder, quotas),
            server: .http1(configuration: channelConfiguration),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: nil,
                backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections)
            ),
            services: [store],
            onServerRunning: { [logger] channel in
                let address = channel.localAddress
                logger.info(
                    "listening",
                    metadata: ["host": "\(address?.ipAddress ?? "")", "port": "\(address?.port ?? 0)"]
                )
            },
            logger: logger
        )
    }

    /// Serves until it is told to stop.
    ///
    /// - Returns: the exit status: 0, or 1 when requests had to be given up.
    /// - Throws: what made it end by itself.
    package func run() async throws -> Int32 {
        let runner = ServiceRunner(
            lifecycle: lifecycle,
            drainDelay: configuration.drainDelay,
            shutdownTimeout: configuration.shutdownTimeout,
            logger: logger
        )
        switch try await runner.run(buildApplication()) {
        case .finished: return 0
        case .requestsGivenUp: return 1
        }
    }

    private func router(_ holder: StoreHolder, _ quotas: QuotaMeter) -> Router<ServiceRequestContext> {
        let router = Router(context: ServiceRequestContext.self, options: .autoGenerateHeadEndpoints)
        let metrics = HTTPMetrics()
        router.add(middleware: MetricsMiddleware(metrics: metrics))
        router.add(middleware: ErrorMiddleware())
        let maintenance = Maintenance()
        let gate = AccessGate(
            keys: configuration.accessKeys,
            holder: holder,
            quotas: quotas,
            maintenance: maintenance
        )
        var routes = Routes(router: router, gate: gate)
        HealthRoutes(lifecycle: lifecycle, service: holder, version: configuration.version).add(to: &routes)
        MetricsRoutes(
            http: metrics,
            process: ProcessMetrics(),
            lifecycle: lifecycle,
            service: holder,
            version: configuration.version
        ).add(to: &routes)
        EpisodeRoutes(service: holder, configuration: configuration).add(to: &routes)
        CustomerRoutes(service: holder, configuration: configuration).add(to: &routes)
        BackupRoutes(service: holder, maintenance: maintenance, configuration: configuration).add(to: &routes)
        OpenAPIRoutes(version: configuration.version, withKeys: configuration.accessKeys != nil).add(to: &routes)
        routes.finish()
        return router
    }

    private var channelConfiguration: HTTP1Channel.Configuration {
        let lifecycle = lifecycle
        let requestTimeout = TimeAmount(configuration.requestTimeout)
        return .init(
            additionalChannelHandlers: [
                DrainingHandler(lifecycle: lifecycle), RequestGuardHandler(timeout: requestTimeout),
            ],
            idleTimeout: TimeAmount(configuration.idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16_384,
                maxHeaderListSize: 32_768,
                maxHeaderFieldCount: 100
            )
        )
    }
}
