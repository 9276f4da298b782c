import HTTPTypes
import Synchronization

/// Counts requests by method, route and status. Its size is bounded by the routes: never by what clients send.
final class HTTPMetrics: Sendable {
    /// What requests that match no route are counted under.
    static let unmatchedPath = "unmatched"

    private struct Route: Hashable {
        let method: String
        let path: String
    }

    private struct Series {
        var statuses: [Int: UInt64] = [:]
        var durations = Histogram()
    }

    private struct State {
        var routes: [Route: Series] = [:]
        var inFlight = 0
    }

    private let state = Mutex(State())

    func begin() {
        state.withLock { $0.inFlight += 1 }
    }

    func end(method: HTTPRequest.Method, path: String?, status: HTTPResponse.Status, duration: Duration) {
        let route = Route(method: Self.label(method), path: path ?? Self.unmatchedPath)
        let seconds = duration / .seconds(1)
        state.withLock { state in
            state.inFlight -= 1
            state.routes[route, default: Series()].statuses[status.code, default: 0] += 1
            state.routes[route]?.durations.record(seconds: seconds)
        }
    }

    func write(to text: inout PrometheusText) {
        let (routes, inFlight) = state.withLock { ($0.routes, $0.inFlight) }
        let sorted = routes.sorted { ($0.key.path, $0.key.method) < ($1.key.path, $1.key.method) }
        text.family("http_requests_total", .counter, "Requests answered, by method, route and status.")
        for (route, series) in sorted {
            for (status, count) in series.statuses.sorted(by: { $0.key < $1.key }) {
                let labels = [("method", route.method), ("path", route.path), ("status", "\(status)")]
                text.sample("http_requests_total", labels, count)
            }
        }
        text.family("http_request_duration_seconds", .histogram, "Time from the request's head to its answer's.")
        for (route, series) in sorted {
            let labels = [("method", route.method), ("path", route.path)]
            text.histogram("http_request_duration_seconds", labels, series.durations)
        }
        text.family("http_requests_in_flight", .gauge, "Requests being answered now.")
        text.sample("http_requests_in_flight", inFlight)
    }

    /// Clients may invent methods without end.
    private static func label(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .delete, .patch, .options, .trace, .connect: method.rawValue
        default: "OTHER"
        }
    }
}
