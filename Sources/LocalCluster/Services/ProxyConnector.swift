import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Sits at the client's end of a new connection until an endpoint answers, then hands over to a pair of relays.
///
/// Nothing is read from the client before that: an endpoint that cannot be reached costs the client a moment and no byte.
final class ProxyConnector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let routes: ServiceRoutes
    private let port: ServiceRoutes.Port
    private let affinity: String?
    private var tried: Set<ServiceRoutes.Endpoint> = []
    private static let connectTimeout = TimeAmount.seconds(2)

    init(routes: ServiceRoutes, port: ServiceRoutes.Port, affinity: String?) {
        self.routes = routes
        self.port = port
        self.affinity = affinity
    }

    func channelActive(context: ChannelHandlerContext) {
        connect(context)
    }

    private func connect(_ context: ChannelHandlerContext) {
        guard let endpoint = routes.acquire(port, tried: tried, affinity: affinity) else {
            refuse(context)
            return
        }
        let client = context.channel
        ClientBootstrap(group: context.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(Self.connectTimeout)
            .connect(host: endpoint.host, port: endpoint.port)
            .assumeIsolated()
            .whenComplete { [routes] result in
                switch result {
                case .success(let server):
                    server.closeFuture.whenComplete { _ in routes.release(endpoint) }
                    self.join(client, server, context)
                case .failure:
                    routes.release(endpoint)
                    self.tried.insert(endpoint)
                    if client.isActive { self.connect(context) }
                }
            }
    }

    private func join(_ client: any Channel, _ server: any Channel, _ context: ChannelHandlerContext) {
        guard client.isActive else {
            server.close(promise: nil)
            return
        }
        let (clientRelay, serverRelay) = ProxyRelay.pair()
        do {
            try client.pipeline.syncOperations.addHandler(clientRelay)
            try server.pipeline.syncOperations.addHandler(serverRelay)
            client.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            client.close(promise: nil)
            server.close(promise: nil)
            return
        }
        client.read()
        server.read()
    }

    /// There is no endpoint: a reset tells the client as fast as a closed port would.
    private func refuse(_ context: ChannelHandlerContext) {
        let channel = context.channel
        let abort = linger(l_onoff: 1, l_linger: 0)
        guard let socket = channel as? any SocketOptionProvider else { return channel.close(promise: nil) }
        socket.setSoLinger(abort).whenComplete { _ in channel.close(promise: nil) }
    }
}
