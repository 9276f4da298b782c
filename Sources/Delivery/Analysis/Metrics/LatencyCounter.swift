/// Turns one pod's latency histogram into requests and slow requests since the look before.
struct PodLatencyCounter: Sendable {
    struct Count: Sendable, Hashable {
        var requests = 0
        var slow = 0
        var bound: Double
    }

    private struct Series: Sendable {
        /// Cumulative counts by upper bound.
        var buckets: [Double: Double] = [:]
    }

    private let rule: LatencyRule
    private let metric: RequestMetric
    private var previous: [[String: String]: Series]?
    private var restarts: Int?

    init(rule: LatencyRule, metric: RequestMetric, startedByThisRelease: Bool) {
        self.rule = rule
        self.metric = metric
        previous = startedByThisRelease ? [:] : nil
    }

    /// nil where the histogram is not there, or has no bound at or above the limit.
    mutating func scrape(_ text: String, restarts now: Int) -> Count? {
        let series = read(text)
        let finite = series.values.flatMap(\.buckets.keys).filter { $0.isFinite && $0 >= rule.limit * 0.999_999 }
        guard let bound = finite.min() else { return nil }
        let base = restarts.map { $0 != now } ?? false ? [:] : previous
        restarts = now
        previous = series
        var count = Count(bound: bound)
        guard let base else { return count }
        for (labels, current) in series {
            let total = Self.increase(current, base[labels], at: .infinity)
            let fast = Self.increase(current, base[labels], at: bound)
            count.requests += total
            count.slow += max(0, total - fast)
        }
        return count
    }

    private static func increase(_ now: Series, _ before: Series?, at bound: Double) -> Int {
        let value = now.buckets[bound] ?? 0
        let old = before?.buckets[bound] ?? 0
        let total = now.buckets[.infinity] ?? 0
        // The whole histogram starts again from zero with its process.
        let restarted = total < (before?.buckets[.infinity] ?? 0)
        return Int(min(max(0, restarted ? value : value - old).rounded(), 1e15))
    }

    private func read(_ text: String) -> [[String: String]: Series] {
        var all: [[String: String]: Series] = [:]
        for sample in PrometheusText.family(rule.metric + "_bucket", in: text).family.samples {
            guard let le = sample.labels["le"], let bound = le == "+Inf" ? .infinity : Double(le),
                sample.value.isFinite, sample.value >= 0
            else { continue }
            if let path = sample.labels[metric.pathLabel], metric.isExcluded(path: path) { continue }
            var labels = sample.labels
            labels["le"] = nil
            all[labels, default: Series()].buckets[bound] = sample.value
        }
        return all
    }
}
