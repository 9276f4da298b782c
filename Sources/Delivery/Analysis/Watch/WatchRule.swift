import Foundation

/// The rule by which a new version is watched under real traffic (`watch` of `slipway.yml`).
package struct WatchRule: Sendable, Hashable, Codable {
    /// What happens at the window's end when there was not enough to tell by.
    package enum Policy: String, Sendable, Hashable, Codable, CaseIterable {
        /// Promote, saying that it was not tested.
        case pass
        case rollBack = "roll-back"
        /// Watch once more for as long, then pause.
        case extend
        /// Leave the new version serving and let a person decide.
        case pause
    }

    package var window: TimeInterval
    /// The share of requests that may fail, in (0, 1).
    package var maxErrorRate: Double
    /// Seconds between two scrapes.
    package var interval: TimeInterval
    package var metric: RequestMetric
    /// Fewer requests than this in the whole window say nothing.
    package var minRequests: Int
    package var tooLittleTraffic: Policy
    /// When not one scrape succeeded. Unknown is not good, and not the same as no traffic.
    package var noData: Policy
    /// Whether the sequential test may end a bad release before the window does.
    package var earlyRollBack: Bool
    /// Whether it may promote a good one, and after which share of the window at the earliest.
    package var earlyPromotion: Bool
    /// α of the tests that may roll back, which share it, and β of the test for promoting early.
    package var falseAlarm: Double
    /// nil: what the old version does at the same moment does not count.
    package var comparison: ComparisonRule?
    package var latency: LatencyRule?
    /// How often the new pods' containers may restart in all; nil: as often as they like.
    package var maxRestarts: Int?
    package var prometheus: PrometheusSettings?
    package var queries: [QueryRule]?

    package init(
        window: TimeInterval = 300,
        maxErrorRate: Double = 0.01,
        interval: TimeInterval = 15,
        metric: RequestMetric = RequestMetric(),
        minRequests: Int = 100,
        tooLittleTraffic: Policy = .pass,
        noData: Policy = .rollBack,
        earlyRollBack: Bool = true,
        earlyPromotion: Bool = true,
        falseAlarm: Double = 0.01
    ) {
        self.window = window
        self.maxErrorRate = maxErrorRate
        self.interval = interval
        self.metric = metric
        self.minRequests = minRequests
        self.tooLittleTraffic = tooLittleTraffic
        self.noData = noData
        self.earlyRollBack = earlyRollBack
        self.earlyPromotion = earlyPromotion
        self.falseAlarm = falseAlarm
        comparison = ComparisonRule()
    }

    /// The same rule for another window. A short one is looked at more often, so that it is looked at four times.
    package func with(window: TimeInterval) -> WatchRule {
        var rule = self
        rule.window = window
        rule.interval = max(1, min(interval, window / 4))
        return rule
    }

    /// A release is not promoted on its first seconds, however busy they are: some faults need time to show.
    var earliestPromotion: TimeInterval { window / 5 }
}

/// What the watch knows so far, for people and for the record.
package struct WatchFigures: Sendable, Hashable, Codable {
    package var requests = 0
    package var errors = 0
    package var scrapes = 0
    package var missedScrapes = 0
    package var seconds: TimeInterval = 0
    package var limit: Double
    package var alpha: Double
    /// ln E of the test against the limit.
    package var logEvidence = 0.0
    /// The confidence sequence for the error rate.
    package var low = 0.0
    package var high = 1.0
    package var comparison: ComparisonFigures?
    package var latency: LatencyFigures?
    package var restarts: Int?
    package var queries: [QueryFigures]?

    package var rate: Double? { requests == 0 ? nil : Double(errors) / Double(requests) }
}

/// The watch's answer at some moment.
package enum WatchDecision: Sendable, Hashable {
    case undecided
    case rollBack(String)
    case promote(String)
    /// A person must decide, for this reason.
    case pause(String)
    /// Too little traffic to tell by; the window starts again, once.
    case extended(String)
}
