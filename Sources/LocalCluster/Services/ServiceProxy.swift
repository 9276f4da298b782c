import Core
import Kubernetes
import Logging
import NIOCore
import NIOPosix

/// What kube-proxy is to Kubernetes: gives each Service its address on this machine and balances over its endpoints.
///
/// New connections go to ready endpoints only; those that exist are left to finish, so that a pod which stops
/// gracefully loses no request.
package actor ServiceProxy {
    private let store: ObjectStore
    private let logger: Logger
    private let routes = ServiceRoutes()
    private var listeners: [Listener: any Channel] = [:]
    private static let component = EventSource("service-proxy")

    /// An address that is listened on, and the Service port behind it.
    private struct Listener: Hashable {
        let host: String
        let port: Int
        let route: ServiceRoutes.Port
        let hasAffinity: Bool
    }

    package init(store: ObjectStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Follows Services and their endpoints until it is cancelled; then stops listening.
    package func run() async throws {
        let (changes, changed) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for type in [ResourceType.service, .endpointSlice] {
                group.addTask { [store, logger] in
                    while !Task.isCancelled {
                        do {
                            for try await _ in try await store.watch(type) { changed.yield() }
                        } catch is CancellationError {
                            return
                        } catch {
                            logger.warning("watch restarts", metadata: ["error": "\(error)"])
                        }
                        changed.yield()
                    }
                }
            }
            group.addTask { for await _ in changes { await self.reconcile() } }
            // All of them end together, by cancellation.
            try await group.next()
            group.cancelAll()
        }
        for channel in listeners.values { try? await channel.close() }
        listeners = [:]
    }

    private func reconcile() async {
        let services = await store.list(.service).items.filter { !$0.isBeingDeleted }
        let slices = await store.list(.endpointSlice).items
        routes.replace(EndpointTable(services: services, slices: slices).endpoints)
        var wanted: [Listener: KubernetesObject] = [:]
        for service in services {
            for listener in Self.listeners(of: ServiceView(service)) { wanted[listener] = service }
        }
        for (listener, channel) in listeners where wanted[listener] == nil {
            listeners[listener] = nil
            try? await channel.close()
        }
        for (listener, service) in wanted where listeners[listener] == nil {
            do {
                listeners[listener] = try await listen(listener)
            } catch {
                await store.recordEvent(
                    about: service,
                    reason: "FailedToListen",
                    message: "Cannot listen on \(listener.host):\(listener.port): \(error)",
                    type: .warning,
                    source: Self.component
                )
            }
        }
        await reportUnsupported(services)
    }

    private static func listeners(of service: ServiceView) -> [Listener] {
        guard let address = service.clusterIP, !address.isEmpty, !service.isHeadless else { return [] }
        let hasAffinity = service.object["spec", "sessionAffinity"]?.string == "ClientIP"
        return service.ports.filter { $0.protocol == "TCP" }.flatMap { port -> [Listener] in
            let route = ServiceRoutes.Port(namespace: service.namespace, service: service.name, name: port.name)
            var result = [Listener(host: address, port: port.port, route: route, hasAffinity: hasAffinity)]
            if let nodePort = port.nodePort, nodePort > 0 {
                result.append(Listener(host: "127.0.0.1", port: nodePort, route: route, hasAffinity: hasAffinity))
            }
            return result
        }
    }

    private func listen(_ listener: Listener) async throws -> any Channel {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [routes] channel in
                channel.eventLoop.makeCompletedFuture {
                    let connector = ProxyConnector(
                        routes: routes,
                        port: listener.route,
                        affinity: listener.hasAffinity ? channel.remoteAddress?.ipAddress : nil
                    )
                    try channel.pipeline.syncOperations.addHandler(connector)
                }
            }
            .bind(host: listener.host, port: listener.port)
            .get()
    }

    /// What this proxy cannot do is said where a user looks: in the Service's events.
    private func reportUnsupported(_ services: [KubernetesObject]) async {
        for service in services {
            for port in ServiceView(service).ports where port.protocol != "TCP" {
                await store.recordEvent(
                    about: service,
                    reason: "UnsupportedProtocol",
                    message: "The local cluster proxies TCP only; port \(port.port) is \(port.protocol)",
                    type: .warning,
                    source: Self.component
                )
            }
        }
    }
}
