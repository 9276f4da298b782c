import HTTPTypes
import Hummingbird

/// Counts every request that reached the router. The outermost middleware, so that it sees the final status.
struct MetricsMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    let metrics: HTTPMetrics

    func handle(
        _ request: Request,
        context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        metrics.begin()
        var status = HTTPResponse.Status.internalServerError
        // The name Hummingbird gives to requests that match nothing appears only on the way back.
        let path = context.endpointPath
        defer { metrics.end(method: request.method, path: path, status: status, duration: start.duration(to: .now)) }
        let response = try await next(request, context)
        status = response.status
        return response
    }
}
