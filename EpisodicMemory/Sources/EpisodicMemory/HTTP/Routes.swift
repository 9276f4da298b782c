import HTTPTypes
import Hummingbird

/// Registers handlers and remembers which methods each path has, so that the others get a 405 that names them.
struct Routes: ~Copyable {
    typealias Handler = @Sendable (Request, ServiceRequestContext) async throws -> Response

    let router: Router<ServiceRequestContext>
    let gate: AccessGate
    private var methods: [String: [HTTPRequest.Method]] = [:]

    init(router: Router<ServiceRequestContext>, gate: AccessGate) {
        self.router = router
        self.gate = gate
    }

    mutating func on(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        _ handler: @escaping Handler
    ) {
        router.on(RouterPath(path), method: method) { [gate] request, context in
            let admission = try await gate.admit(request, to: access)
            var context = context
            context.tenant = admission.tenant
            var response = try await handler(request, context)
            response.headers.append(contentsOf: admission.headers)
            return response
        }
        methods[path, default: []].append(method)
    }

    consuming func finish() {
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .connect, .options, .trace, .patch, .query]
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
