import Core
import Foundation

/// What a run must keep to be a success: `error-rate<1%`, `p99<250ms`, `rate>=95`.
package struct LoadThreshold: Sendable, Hashable {
    enum Metric: Sendable, Hashable {
        /// Requests without a good answer in time, of all that were scheduled: 0…1.
        case errorRate
        /// Good answers a second.
        case rate
        /// Seconds that this share (0…100) of the requests did not exceed.
        case percentile(Double)
        /// Seconds.
        case mean
        /// Seconds.
        case maximum
    }

    enum Comparison: String, Sendable, CaseIterable {
        // The longer ones first: "<=" begins with "<".
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"

        func holds(_ value: Double, _ limit: Double) -> Bool {
            switch self {
            case .atMost: value <= limit
            case .atLeast: value >= limit
            case .below: value < limit
            case .above: value > limit
            }
        }
    }

    let metric: Metric
    let comparison: Comparison
    let limit: Double
    /// As it was written.
    package let text: String

    /// - Throws: `SlipwayError` (`.invalidInput`) saying what is wrong in it.
    package init(_ text: String) throws {
        self.text = text
        let compact = text.filter { !$0.isWhitespace }
        guard let comparison = Comparison.allCases.first(where: { compact.contains($0.rawValue) }),
            let place = compact.range(of: comparison.rawValue)
        else { throw Self.mistake(text, "it compares nothing") }
        self.comparison = comparison
        let name = String(compact[..<place.lowerBound])
        let value = String(compact[place.upperBound...])
        guard let metric = Self.metric(name) else { throw Self.mistake(text, "there is no figure \"\(name)\"") }
        self.metric = metric
        guard let limit = Self.limit(value, of: metric) else {
            throw Self.mistake(text, "\"\(value)\" is not \(Self.kind(of: metric))")
        }
        self.limit = limit
    }

    private static func metric(_ name: String) -> Metric? {
        switch name {
        case "error-rate": return .errorRate
        case "rate": return .rate
        case "mean": return .mean
        case "max": return .maximum
        default:
            guard name.hasPrefix("p"), let share = Double(name.dropFirst()), share > 0, share <= 100 else { return nil }
            return .percentile(share)
        }
    }

    private static func limit(_ text: String, of metric: Metric) -> Double? {
        switch metric {
        case .errorRate:
            let isPercentage = text.hasSuffix("%")
            guard let number = Double(isPercentage ? String(text.dropLast()) : text) else { return nil }
            let share = isPercentage ? number / 100 : number
            return (0...1).contains(share) ? share : nil
        case .rate:
            return Double(text).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        case .percentile, .mean, .maximum:
            return DurationText.parse(text)
        }
    }

    private static func kind(of metric: Metric) -> String {
        switch metric {
        case .errorRate: "a share such as 1% or 0.01"
        case .rate: "a number of requests a second"
        case .percentile, .mean, .maximum: "a time such as 250ms or 2s"
        }
    }

    private static func mistake(_ text: String, _ why: String) -> SlipwayError {
        SlipwayError(
            .invalidInput,
            "The threshold \"\(text)\" is not understood",
            why: why,
            next: "Write FIGURE<LIMIT with <, <=, > or >=; figures: error-rate, rate, mean, max, p50, p99, p99.9 …"
        )
    }
}
