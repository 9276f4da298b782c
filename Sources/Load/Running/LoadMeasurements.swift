import Foundation
import Histogram
import Synchronization

/// How a request ended.
enum LoadOutcome: Sendable, Hashable {
    case answered(status: Int, isExpected: Bool)
    case timedOut
    /// No answer came: why, in a few words.
    case failed(String)
    /// Not sent: too many waited for an answer already.
    case dropped
}

/// What is measured while requests run.
final class LoadMeasurements: Sendable {
    struct Values: Sendable {
        var scheduled = 0
        var good = 0
        var dropped = 0
        var bytes = 0
        /// Times from scheduled start to end, in microseconds, of requests that were answered or timed out.
        var latency = LoadMeasurements.histogram()
        /// How late requests were sent, in microseconds: what the load generator itself is to blame for.
        var lateness = LoadMeasurements.histogram()
        /// Errors by what went wrong.
        var errors: [String: Int] = [:]
        var intervals: [Interval] = []
    }

    /// Requests by the part of the run in which they were scheduled to start.
    struct Interval: Sendable {
        var scheduled = 0
        var errors = 0
        var latency = Histogram<UInt32>(numberOfSignificantValueDigits: .two)

        init() { latency.autoResize = true }
    }

    private let values = Mutex(Values())
    private let intervalLength: TimeInterval

    /// - Parameter intervalLength: Seconds of one part of the timeline.
    init(intervalLength: TimeInterval) { self.intervalLength = intervalLength }

    private static func histogram() -> Histogram<UInt64> {
        var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
        histogram.autoResize = true
        return histogram
    }

    /// Everything until now.
    var current: Values { values.withLock { $0 } }

    /// A request is sent, so many seconds after it should have been.
    func sent(lateBy seconds: TimeInterval) {
        values.withLock { _ = $0.lateness.record(Self.microseconds(seconds)) }
    }

    /// Counts a request that has ended.
    ///
    /// - Parameters:
    ///   - outcome: How it ended.
    ///   - start: When the request was scheduled, in seconds from the first measured moment.
    ///   - latency: Seconds from then to its end.
    ///   - bytes: Of the answer's body.
    func ended(_ outcome: LoadOutcome, start: TimeInterval, latency: TimeInterval, bytes: Int = 0) {
        let index = Int(start / intervalLength)
        values.withLock { values in
            while values.intervals.count <= index { values.intervals.append(Interval()) }
            values.scheduled += 1
            values.bytes += bytes
            values.intervals[index].scheduled += 1
            switch outcome {
            case .answered, .timedOut:
                values.latency.record(Self.microseconds(latency))
                values.intervals[index].latency.record(Self.microseconds(latency))
            case .dropped:
                values.dropped += 1
            case .failed:
                break
            }
            if let error = outcome.error {
                values.errors[error, default: 0] += 1
                values.intervals[index].errors += 1
            } else {
                values.good += 1
            }
        }
    }

    private static func microseconds(_ seconds: TimeInterval) -> UInt64 { UInt64(max(0, min(seconds, 1e9)) * 1e6) }
}

extension LoadOutcome {
    /// What a person calls the error; nil for a good answer.
    fileprivate var error: String? {
        switch self {
        case .answered(_, true): nil
        case .answered(let status, false): "status \(status)"
        case .timedOut: "no answer in time"
        case .failed(let why): why
        case .dropped: "not sent: too many in flight"
        }
    }
}
