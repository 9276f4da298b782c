import Foundation

/// Compare with the old version that serves at the same moment (`watch.compare`).
package struct ComparisonRule: Sendable, Hashable, Codable {
    /// So many times the old version's odds of failing are tolerated.
    package var tolerance = 1.25

    package init(tolerance: Double = 1.25) { self.tolerance = tolerance }
}

/// `watch.latency`: at most a share of `1 − quantile` of the requests may take longer than `limit`.
package struct LatencyRule: Sendable, Hashable, Codable {
    /// A histogram in seconds: `http_request_duration_seconds`, without `_bucket`.
    package var metric: String
    package var quantile: Double
    /// Seconds.
    package var limit: Double

    package init(metric: String = "http_request_duration_seconds", quantile: Double, limit: Double) {
        self.metric = metric
        self.quantile = quantile
        self.limit = limit
    }

    /// The share of requests that may be slower.
    package var slowShare: Double { 1 - quantile }

    /// `p99`
    package var name: String { "p\(String(format: "%g", (quantile * 10000).rounded() / 100))" }
}

/// `watch.queries`: a PromQL expression whose value must stay within a limit.
package struct QueryRule: Sendable, Hashable, Codable {
    package enum Bound: String, Sendable, Hashable, Codable { case above, below }

    package var name: String
    /// `$pods`, `$old_pods` (as regular expressions) and `$namespace` are filled in.
    package var query: String
    /// Which side of `limit` is bad.
    package var bound: Bound
    package var limit: Double
    /// Seconds for which it must be bad without a break.
    package var span: TimeInterval

    package init(name: String, query: String, bound: Bound, limit: Double, span: TimeInterval) {
        self.name = name
        self.query = query
        self.bound = bound
        self.limit = limit
        self.span = span
    }

    func isBad(_ value: Double) -> Bool { bound == .above ? value > limit : value < limit }
}

/// Where PromQL is asked (`watch.prometheus`).
package struct PrometheusSettings: Sendable, Hashable, Codable {
    package var url: String
    /// The environment variable with a bearer token.
    package var tokenVariable: String?

    package init(url: String, tokenVariable: String? = nil) {
        self.url = url
        self.tokenVariable = tokenVariable
    }
}

/// What was found in comparison with the old version.
package struct ComparisonFigures: Sendable, Hashable, Codable {
    package var requests = 0
    package var errors = 0
    /// The evidence so far: it goes on over the steps of a canary.
    package var test: ComparisonTest
}

package struct LatencyFigures: Sendable, Hashable, Codable {
    package var requests = 0
    package var slow = 0
    /// The histogram's bound that counts as the limit, in seconds: the nearest at or above it.
    package var bound: Double?
    package var logEvidence = 0.0

    package init() {}

    var share: Double? { requests == 0 ? nil : Double(slow) / Double(requests) }
}

package struct QueryFigures: Sendable, Hashable, Codable {
    package var name: String
    /// nil: it gave no value. Unknown is not good.
    package var value: Double?
    /// Looks that gave a value.
    package var answers = 0
    /// Seconds into the watch at which it became bad.
    package var badSince: TimeInterval?
}
