import Foundation
import Hummingbird
import Logging

/// A service on a free port, which a test makes slow or wrong.
enum TestService {

    /// Runs `body` while the service answers every request with what `respond` gives.
    static func with(
        _ respond: @escaping @Sendable (Request) async throws -> Response,
        _ body: (URL) async throws -> Void
    ) async throws {
        let router = Router()
        for method in [HTTPRequest.Method.get, .post] {
            router.on("**", method: method) { request, _ in try await respond(request) }
        }
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            if let port = await iterator.next(), let url = URL(string: "http://127.0.0.1:\(port)/health?token=secret") {
                try await body(url)
            }
            group.cancelAll()
        }
    }
}
