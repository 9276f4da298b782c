import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers requests that never reach the router: those that are not HTTP, whose headers are too large, or that a
/// client takes too long to send. Each is told why, then its connection is closed.
final class RequestGuardHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private static let lingering = TimeAmount.seconds(2)

    /// How long a client may take from the first byte of a body to the last.
    private let timeout: TimeAmount
    private var deadline: Scheduled<Void>?
    private var unanswered = 0
    private var hasGivenUp = false

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasGivenUp else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered += 1
            deadline?.cancel()
            // A backup may be large; who sends one has shown the admin key.
            let limit = head.path == "/admin/restore" ? timeout * 120 : timeout
            deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { [self] in
                guard unanswered > 0 else {
                    // Answered already, as "unauthorized" is; what is still to come interests nobody.
                    context.close(promise: nil)
                    return
                }
                giveUp(context, .requestTimeout, "request_timeout", "the body took longer than \(limit) to arrive")
            }
        case .body: break
        case .end: cancelDeadline()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !hasGivenUp else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !hasGivenUp else { return }
        // With an answer under way a second one would only confuse.
        guard let error = error as? HTTPParserError, unanswered == 0, error != .invalidEOFState else {
            context.fireErrorCaught(error)
            return
        }
        if error == .headerOverflow {
            giveUp(context, .requestHeaderFieldsTooLarge, "headers_too_large", "the headers are too large or too many")
        } else {
            giveUp(context, .badRequest, "not_http", "this is not a request of HTTP/1.1")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelDeadline()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelDeadline()
    }

    private func giveUp(
        _ context: ChannelHandlerContext,
        _ status: HTTPResponse.Status,
        _ code: String,
        _ message: String
    ) {
        guard !hasGivenUp, context.channel.isActive else { return }
        hasGivenUp = true
        var body = JSONWriter()
        body.object { body in
            body.objectMember("error") { error in
                error.member("code", code)
                error.member("message", message)
            }
        }
        let headers: HTTPFields = [
            .contentType: "application/json", .contentLength: "\(body.bytes.count)", .connection: "close",
        ]
        context.write(wrapOutboundOut(.head(.init(status: status, headerFields: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body.bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // Closed at once, with bytes unread, the connection would be reset and the answer lost on its way: the client
        // gets a moment to read it and to close its side.
        context.close(mode: .output, promise: nil)
        cancelDeadline()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingering) { context.close(promise: nil) }
    }

    private func cancelDeadline() {
        deadline?.cancel()
        deadline = nil
    }
}

@available(*, unavailable)
extension RequestGuardHandler: Sendable {}
