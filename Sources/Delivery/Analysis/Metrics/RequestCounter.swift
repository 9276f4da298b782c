/// How requests are counted in a service's metrics (`watch.metrics` of `slipway.yml`).
package struct RequestMetric: Sendable, Hashable, Codable {
    /// Where the metrics are served: `/metrics`.
    package var path: String
    /// The counter of all requests: `http_requests_total`.
    package var name: String
    package var statusLabel: String
    package var pathLabel: String
    /// Which values of the status label are errors: `5xx`, `429`; an `x` stands for any digit.
    package var errors: [String]
    /// Paths that are no user's traffic, such as health checks; a `*` at the end stands for anything.
    package var excludedPaths: [String]

    package init(
        path: String = "/metrics",
        name: String = "http_requests_total",
        statusLabel: String = "status",
        pathLabel: String = "path",
        errors: [String] = ["5xx"],
        excludedPaths: [String] = ["/health", "/health/*", "/metrics"]
    ) {
        self.path = path
        self.name = name
        self.statusLabel = statusLabel
        self.pathLabel = pathLabel
        self.errors = errors
        self.excludedPaths = excludedPaths
    }

    func isError(status: String) -> Bool {
        errors.contains { pattern in
            pattern.utf8.count == status.utf8.count
                && zip(pattern.utf8, status.utf8).allSatisfy { $0 == $1 || $0 == UInt8(ascii: "x") }
        }
    }

    func isExcluded(path: String) -> Bool {
        excludedPaths.contains { pattern in
            pattern.hasSuffix("*") ? path.hasPrefix(pattern.dropLast()) : path == pattern
        }
    }
}

/// Requests and errors in some span of time.
package struct RequestCount: Sendable, Hashable, Codable {
    package var requests = 0
    package var errors = 0

    package init(requests: Int = 0, errors: Int = 0) {
        self.requests = requests
        self.errors = errors
    }

    static func += (left: inout Self, right: Self) {
        left.requests += right.requests
        left.errors += right.errors
    }
}

/// What one scrape of one pod says.
package enum Scrape: Sendable, Hashable {
    /// Requests since the scrape before; `total` since the pod started.
    case counted(RequestCount)
    /// The metric is not there: no evidence, and not the same as no errors.
    case metricMissing
    /// The metric is there, its series lack the status label.
    case labelMissing
}

/// Turns one pod's counters into increases.
///
/// A counter starts at zero with its container, so for a pod that this release started the first scrape counts in
/// full; for one that ran before it is only the line to count from. A value that went down, or a container that
/// restarted in between, started again from zero.
struct PodRequestCounter: Sendable {
    private let metric: RequestMetric
    private var previous: [[String: String]: Double]?
    private var restarts: Int?

    init(metric: RequestMetric, startedByThisRelease: Bool) {
        self.metric = metric
        previous = startedByThisRelease ? [:] : nil
    }

    mutating func scrape(_ text: String, restarts now: Int) -> Scrape {
        let family = PrometheusText.family(metric.name, in: text).family
        guard family.declared else { return .metricMissing }
        if !family.samples.isEmpty, family.samples.allSatisfy({ $0.labels[metric.statusLabel] == nil }) {
            return .labelMissing
        }
        let restarted = restarts.map { $0 != now } ?? false
        restarts = now
        let base = restarted ? [:] : previous
        var current: [[String: String]: Double] = [:]
        var requests = 0.0
        var errors = 0.0
        for sample in family.samples where sample.value.isFinite && sample.value >= 0 {
            guard let status = sample.labels[metric.statusLabel] else { continue }
            current[sample.labels] = sample.value
            if let path = sample.labels[metric.pathLabel], metric.isExcluded(path: path) { continue }
            guard let base else { continue }
            let before = base[sample.labels] ?? 0
            let increase = sample.value >= before ? sample.value - before : sample.value
            requests += increase
            if metric.isError(status: status) { errors += increase }
        }
        previous = current
        return .counted(RequestCount(requests: Self.whole(requests), errors: Self.whole(errors)))
    }

    /// Counters are floating-point on the wire; a count beyond any real service must not trap.
    private static func whole(_ value: Double) -> Int { Int(min(value.rounded(), 1e15)) }
}
