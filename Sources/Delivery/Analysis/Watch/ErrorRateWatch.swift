import Foundation

/// Watches one new version: what each look found in, a decision out. No clock of its own.
package struct ErrorRateWatch: Sendable {
    package let rule: WatchRule
    package private(set) var figures: WatchFigures
    private let exceeds: ExceedsLimitTest
    private let within: WithinLimitTest
    private let tooSlow: ExceedsLimitTest?
    private let sequence: ConfidenceSequence
    private var windowEnd: TimeInterval
    private var extended = false

    /// With `hasOld`, the old version serves at the same time and is compared with. `earlier` is what a step of the same
    /// canary found before: its evidence goes on.
    package init(rule: WatchRule, hasOld: Bool = false, earlier: WatchFigures? = nil) {
        self.rule = rule
        let compares = hasOld && rule.comparison != nil
        // Each of the tests may end the release: together they make no more false alarms than promised.
        let tests = [true, compares, rule.latency != nil].count { $0 }
        let alpha = rule.falseAlarm / Double(tests)
        figures = WatchFigures(limit: rule.maxErrorRate, alpha: alpha)
        exceeds = ExceedsLimitTest(limit: rule.maxErrorRate, falseAlarm: alpha)
        within = WithinLimitTest(limit: rule.maxErrorRate, falsePromotion: rule.falseAlarm)
        tooSlow = rule.latency.map { ExceedsLimitTest(limit: $0.slowShare, falseAlarm: alpha) }
        sequence = ConfidenceSequence(alpha: rule.falseAlarm)
        windowEnd = rule.window
        if let comparison = rule.comparison, compares {
            let before = earlier?.comparison
            figures.comparison = before ?? ComparisonFigures(test: ComparisonTest(tolerance: comparison.tolerance))
        }
        if rule.latency != nil { figures.latency = LatencyFigures() }
        figures.queries = rule.queries?.map { QueryFigures(name: $0.name) }
    }

    // MARK: - What is found

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

    /// Takes what all new and all old pods answered since the look before.
    package mutating func compare(new: RequestCount, old: RequestCount) {
        figures.comparison?.requests += old.requests
        figures.comparison?.errors += old.errors
        figures.comparison?.test.add(new: new, old: old)
    }

    mutating func add(_ latency: PodLatencyCounter.Count) {
        figures.latency?.requests += latency.requests
        figures.latency?.slow += latency.slow
        figures.latency?.bound = latency.bound
    }

    package mutating func note(restarts: Int) { figures.restarts = restarts }

    /// Takes the value of each query at this look; nil where it had none.
    package mutating func note(queries values: [Double?], at elapsed: TimeInterval) {
        guard var found = figures.queries, let rules = rule.queries else { return }
        for index in found.indices where values.indices.contains(index) {
            found[index].value = values[index]
            guard let value = values[index] else { continue }
            found[index].answers += 1
            found[index].badSince = rules[index].isBad(value) ? found[index].badSince ?? elapsed : nil
        }
        figures.queries = found
    }

    // MARK: - What follows

    /// Decides with all that was added, `elapsed` seconds into the watch.
    package mutating func decide(elapsed: TimeInterval) -> WatchDecision {
        figures.seconds = elapsed
        figures.logEvidence = exceeds.logEvidence(errors: figures.errors, requests: figures.requests)
        let interval = sequence.interval(errors: figures.errors, requests: figures.requests)
        (figures.low, figures.high) = (interval.lowerBound, interval.upperBound)
        if let latency = figures.latency, let tooSlow {
            figures.latency?.logEvidence = tooSlow.logEvidence(errors: latency.slow, requests: latency.requests)
        }

        let text = WatchText(figures: figures)
        if let reason = certain(text, elapsed) { return .rollBack(reason) }
        if elapsed >= windowEnd { return atWindowEnd(text) }
        // A query that must be bad for some time cannot be found good in less.
        if rule.earlyPromotion, rule.queries?.isEmpty ?? true, elapsed >= rule.earliestPromotion,
            figures.requests >= rule.minRequests, !isTooSlow,
            within.accepts(errors: figures.errors, requests: figures.requests)
        {
            return .promote(text.within)
        }
        return .undecided
    }

    /// What ends the watch at any moment.
    private func certain(_ text: WatchText, _ elapsed: TimeInterval) -> String? {
        if let limit = rule.maxRestarts, let restarts = figures.restarts, restarts > limit {
            return text.restarted(limit)
        }
        for (rule, found) in zip(rule.queries ?? [], figures.queries ?? []) {
            if let since = found.badSince, elapsed - since >= rule.span { return text.bad(rule, found) }
        }
        guard rule.earlyRollBack else { return nil }
        let bound = -log(figures.alpha)
        if let comparison = figures.comparison, comparison.test.logEvidence >= bound { return text.worse(comparison) }
        if exceeds.rejects(errors: figures.errors, requests: figures.requests), !oldFailsToo { return text.exceeded }
        if let rule = rule.latency, let latency = figures.latency, latency.logEvidence >= bound {
            return text.slow(rule, latency, "evidence \(text.evidence(latency.logEvidence))")
        }
        return nil
    }

    /// Whether the old version, at the same moment, is above the limit just as certainly: then it is not the release.
    private var oldFailsToo: Bool {
        figures.comparison.map { exceeds.rejects(errors: $0.errors, requests: $0.requests) } ?? false
    }

    private var isTooSlow: Bool {
        guard let rule = rule.latency, let share = figures.latency?.share else { return false }
        return share > rule.slowShare
    }

    private mutating func atWindowEnd(_ text: WatchText) -> WatchDecision {
        guard figures.scrapes > 0 else { return follow(rule.noData, text.noData) }
        if let silent = figures.queries?.first(where: { $0.answers == 0 }) {
            return follow(rule.noData, text.unknown(silent))
        }
        guard figures.requests >= rule.minRequests, let rate = figures.rate else {
            return follow(rule.tooLittleTraffic, text.tooLittle(atLeast: rule.minRequests))
        }
        if rate > rule.maxErrorRate {
            if oldFailsToo, let comparison = figures.comparison { return .pause(text.shared(comparison)) }
            return .rollBack(text.above)
        }
        if let rule = rule.latency, let latency = figures.latency, isTooSlow, latency.requests >= self.rule.minRequests
        {
            return .rollBack(text.slow(rule, latency, "over the window"))
        }
        return .promote(text.below)
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
