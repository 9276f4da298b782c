import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Puts `Connection: close` on every answer while the process drains, so that clients which keep connections alive
/// open their next one elsewhere. It sits on the channel because some answers never pass the router.
///
/// The connection is left for the client to close: a request it has sent meanwhile is still answered.
final class DrainingHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let lifecycle: Lifecycle

    init(lifecycle: Lifecycle) {
        self.lifecycle = lifecycle
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), lifecycle.phase == .draining else {
            context.write(data, promise: promise)
            return
        }
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}

@available(*, unavailable)
extension DrainingHandler: Sendable {}
