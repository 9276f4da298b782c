import Core
import Foundation
import Histogram

/// What a load test found.
package struct LoadReport: Sendable {
    let plan: LoadPlan
    let startedAt: Date
    /// Seconds that were measured: the plan's duration, or less where the run was interrupted.
    let measured: TimeInterval
    /// Seconds of one part of the timeline.
    let intervalLength: TimeInterval
    private let values: LoadMeasurements.Values

    /// A threshold and what became of it.
    package struct Verdict: Sendable {
        let threshold: LoadThreshold
        /// nil where nothing was measured.
        let value: Double?
        /// A figure without a sample keeps no promise.
        package var holds: Bool { value.map { threshold.comparison.holds($0, threshold.limit) } ?? false }
    }

    init(
        plan: LoadPlan,
        startedAt: Date,
        measured: TimeInterval,
        intervalLength: TimeInterval,
        values: LoadMeasurements.Values
    ) {
        self.plan = plan
        self.startedAt = startedAt
        self.measured = measured
        self.intervalLength = intervalLength
        self.values = values
    }

    package var verdicts: [Verdict] {
        plan.thresholds.map { Verdict(threshold: $0, value: value(of: $0.metric)) }
    }

    var scheduled: Int { values.scheduled }
    var good: Int { values.good }
    var dropped: Int { values.dropped }
    var bytes: Int { values.bytes }
    /// Errors by what went wrong, the most frequent first.
    var errors: [(name: String, count: Int)] {
        values.errors.map { ($0.key, $0.value) }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// Whether anything at all was answered.
    package var hasAnswers: Bool { values.latency.totalCount > 0 && values.latency.totalCount > timeouts }
    private var timeouts: UInt64 { UInt64(values.errors["no answer in time"] ?? 0) }

    package var isInterrupted: Bool { measured < plan.duration }
    /// Whether every threshold holds.
    package var isGood: Bool { verdicts.allSatisfy(\.holds) }

    var errorRate: Double? { scheduled > 0 ? Double(scheduled - good) / Double(scheduled) : nil }
    /// Good answers a second.
    var rate: Double? { measured > 0 ? Double(good) / measured : nil }

    /// Seconds that this share (0…100) of the requests did not exceed.
    func latency(_ percentile: Double) -> TimeInterval? { values.latency.seconds(at: percentile) }
    var mean: TimeInterval? { values.latency.totalCount > 0 ? values.latency.mean / 1e6 : nil }
    /// How late requests were sent by the generator itself, in seconds.
    func lateness(_ percentile: Double) -> TimeInterval? { values.lateness.seconds(at: percentile) }

    /// Seconds of lateness that spoil the figures.
    private static let tolerableLateness = 0.01
    /// Whether this machine could not send as fast as it should have.
    var isGeneratorLate: Bool { (lateness(99) ?? 0) > Self.tolerableLateness }

    /// Percentiles that every report shows.
    static let percentiles: [Double] = [50, 90, 95, 99, 99.9, 100]

    /// One part of the run.
    struct Part: Sendable {
        /// Seconds from the first measured moment.
        let start: TimeInterval
        let scheduled: Int
        let errors: Int
        let median: TimeInterval?
        let p99: TimeInterval?
    }

    var timeline: [Part] {
        values.intervals.enumerated().map { index, interval in
            Part(
                start: Double(index) * intervalLength,
                scheduled: interval.scheduled,
                errors: interval.errors,
                median: interval.latency.seconds(at: 50),
                p99: interval.latency.seconds(at: 99)
            )
        }
    }

    private func value(of metric: LoadThreshold.Metric) -> Double? {
        switch metric {
        case .errorRate: errorRate
        case .rate: rate
        case .percentile(let share): latency(share)
        case .mean: mean
        case .maximum: latency(100)
        }
    }
}

extension Histogram {
    /// Seconds, of a histogram of microseconds; nil where it is empty.
    fileprivate func seconds(at percentile: Double) -> TimeInterval? {
        totalCount > 0 ? TimeInterval(valueAtPercentile(percentile)) / 1e6 : nil
    }
}
