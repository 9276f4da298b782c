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
    /// α of the test against the limit, and β of the test for promoting early.
    package var falseAlarm: Double

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

/// Watches the error rate of one new version: scrapes in, a decision out. No clock of its own.
package struct ErrorRateWatch: Sendable {
    package let rule: WatchRule
    package private(set) var figures: WatchFigures
    private let exceeds: ExceedsLimitTest
    private let within: WithinLimitTest
    private let sequence: ConfidenceSequence
    private var windowEnd: TimeInterval
    private var extended = false

    package init(rule: WatchRule) {
        self.rule = rule
        figures = WatchFigures(limit: rule.maxErrorRate, alpha: rule.falseAlarm)
        exceeds = ExceedsLimitTest(limit: rule.maxErrorRate, falseAlarm: rule.falseAlarm)
        within = WithinLimitTest(limit: rule.maxErrorRate, falsePromotion: rule.falseAlarm)
        sequence = ConfidenceSequence(alpha: rule.falseAlarm)
        windowEnd = rule.window
    }

    /// Takes one pod's scrape; nil for one that failed, which is no evidence for anything.
    package mutating func add(_ scrape: RequestCount?) {
        guard let scrape else {
            figures.missedScrapes += 1
            return
        }
        figures.scrapes += 1
        figures.requests += scrape.requests
        figures.errors += scrape.errors
    }

    /// Decides with all that was added, `elapsed` seconds into the watch.
    package mutating func decide(elapsed: TimeInterval) -> WatchDecision {
        figures.seconds = elapsed
        figures.logEvidence = exceeds.logEvidence(errors: figures.errors, requests: figures.requests)
        let interval = sequence.interval(errors: figures.errors, requests: figures.requests)
        (figures.low, figures.high) = (interval.lowerBound, interval.upperBound)

        let tested = WatchText(figures: figures)
        if rule.earlyRollBack, exceeds.rejects(errors: figures.errors, requests: figures.requests) {
            return .rollBack(tested.exceeded)
        }
        if elapsed >= windowEnd { return atWindowEnd(tested) }
        if rule.earlyPromotion, elapsed >= rule.earliestPromotion, figures.requests >= rule.minRequests,
            within.accepts(errors: figures.errors, requests: figures.requests)
        {
            return .promote(tested.within)
        }
        return .undecided
    }

    private mutating func atWindowEnd(_ text: WatchText) -> WatchDecision {
        guard figures.scrapes > 0 else { return follow(rule.noData, text.noData) }
        guard figures.requests >= rule.minRequests, let rate = figures.rate else {
            return follow(rule.tooLittleTraffic, text.tooLittle(atLeast: rule.minRequests))
        }
        return rate > rule.maxErrorRate ? .rollBack(text.above) : .promote(text.below)
    }

    private mutating func follow(_ policy: WatchRule.Policy, _ reason: String) -> WatchDecision {
        switch policy {
        case .pass: return .promote("\(reason); promoted untested, as slipway.yml says")
        case .rollBack: return .rollBack("\(reason); rolled back, as slipway.yml says")
        case .pause: return .pause(reason)
        case .extend where extended: return .pause("\(reason), after watching twice as long")
        case .extend:
            extended = true
            windowEnd += rule.window
            return .extended("\(reason); watching once more for as long")
        }
    }
}
