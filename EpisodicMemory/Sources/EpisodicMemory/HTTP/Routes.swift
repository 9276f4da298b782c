import HTTPTypes
import Hummingbird

/// Registers handlers and remembers which methods each path has, so that the others get a 405 that names them.
struct Routes: ~Copyable {
    typealias Handler = @Sendable (Request, ServiceRequestContext) async throws -> Response

    let router: Router<ServiceRequestContext>
    private var methods: [String: [HTTPRequest.Method]] = [:]

    init(router: Router<ServiceRequestContext>) {
        self.router = router
    }

    mutating func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        router.on(RouterPath(path), method: method) { request, context in try await handler(request, context) }
        methods[path, default: []].append(method)
    }

    consuming func finish() {
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .connect, .options, .trace, .patch]
        for (path, known) in methods {
            // A GET answers HEAD as well.
            let allowed = known.contains(.get) ? known + [.head] : known
            let names = allowed.map(\.rawValue).joined(separator: ", ")
            for method in all where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw APIError(
                        status: .methodNotAllowed,
                        code: "method_not_allowed",
                        message: "\(path) answers \(names)",
                        headers: [.allow: names]
                    )
                }
            }
        }
    }
}
