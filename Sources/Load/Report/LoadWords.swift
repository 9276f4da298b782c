import Core
import Foundation

/// Figures of a report as a person reads them, the same in every form of it.
enum LoadWords {
    /// `250 ms`, `1.25 s`; microseconds are not measured that exactly, so never shown.
    static func time(_ seconds: TimeInterval?) -> String {
        guard let seconds else { return "–" }
        if seconds < 1 { return "\(number(seconds * 1000, digits: seconds < 0.1 ? 1 : 0)) ms" }
        return "\(number(seconds, digits: 2)) s"
    }

    static func share(_ share: Double?) -> String { share.map { "\(number($0 * 100, digits: 2)) %" } ?? "–" }

    static func number(_ number: Double, digits: Int) -> String { String(format: "%.\(digits)f", number) }

    /// `p99`, `p99.9`, `max`.
    static func name(ofPercentile share: Double) -> String {
        share == 100 ? "max" : "p" + (share == share.rounded() ? "\(Int(share))" : "\(share)")
    }

    /// `GET http://host/health: 50 requests/s for 30 s`.
    static func title(_ report: LoadReport) -> String {
        let plan = report.plan
        let pattern = plan.arrivals == .poisson ? ", random arrivals (seed \(plan.seed))" : ""
        let warmUp = plan.warmUp > 0 ? " after \(DurationText.format(plan.warmUp)) of warm-up" : ""
        let rate = plan.rate == plan.rate.rounded() ? "\(Int(plan.rate))" : "\(plan.rate)"
        return "\(plan.method) \(plan.shownAddress): \(rate) requests/s"
            + " for \(DurationText.format(plan.duration))\(warmUp)\(pattern)"
    }

    /// `p99<250ms: 310 ms`.
    static func verdict(_ verdict: LoadReport.Verdict) -> String {
        let value =
            switch verdict.threshold.metric {
            case .errorRate: share(verdict.value)
            case .rate: verdict.value.map { "\(number($0, digits: 1))/s" } ?? "–"
            case .percentile, .mean, .maximum: time(verdict.value)
            }
        return "\(verdict.threshold.text): \(verdict.value == nil ? "nothing was measured" : value)"
    }

    /// What spoils the figures, for a warning.
    static func warnings(_ report: LoadReport) -> [String] {
        var warnings: [String] = []
        if report.isInterrupted {
            let measured = DurationText.format(report.measured)
            warnings.append("interrupted: \(measured) of \(DurationText.format(report.plan.duration)) were measured")
        }
        if report.isGeneratorLate {
            warnings.append(
                "this machine sent 1 % of the requests more than \(time(report.lateness(99))) late: part of the latency"
                    + " is its own; give it more processors or a lower --rate"
            )
        }
        return warnings
    }
}
