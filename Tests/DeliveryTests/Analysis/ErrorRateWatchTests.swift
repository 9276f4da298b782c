import Foundation
import Testing

@testable import Delivery

struct ErrorRateWatchTests {
    private func decide(
        _ rule: WatchRule,
        _ counts: [(requests: Int, errors: Int)?],
        at elapsed: TimeInterval
    ) -> WatchDecision {
        var watch = ErrorRateWatch(rule: rule)
        for count in counts {
            watch.add(count.map { RequestCount(requests: $0.requests, errors: $0.errors) })
        }
        return watch.decide(elapsed: elapsed)
    }

    @Test func aBadReleaseEndsAtOnceWithFigures() {
        guard case .rollBack(let reason) = decide(WatchRule(), [(273, 14)], at: 30) else {
            Issue.record("not rolled back")
            return
        }
        #expect(reason.hasPrefix("error rate above 1 %: 14 of 273 requests failed (5.13 %) in 30 s"))
        #expect(reason.contains("false alarms at most 1 %"))
    }

    @Test func theDocumentedRuleDecidesAtTheWindowsEnd() {
        var rule = WatchRule()
        rule.earlyPromotion = false
        #expect(decide(rule, [(1000, 12)], at: 299) == .undecided)
        guard case .rollBack(let reason) = decide(rule, [(1000, 12)], at: 300) else {
            Issue.record("not rolled back")
            return
        }
        #expect(reason.contains("over the window: 12 of 1000 requests failed (1.2 %) in 5 min"))
        guard case .promote = decide(rule, [(1000, 9)], at: 300) else {
            Issue.record("not promoted")
            return
        }
    }

    @Test func aGoodReleaseMayBePromotedEarlyButNotOnItsFirstSeconds() {
        #expect(decide(WatchRule(), [(5000, 0)], at: 30) == .undecided)
        guard case .promote(let reason) = decide(WatchRule(), [(5000, 0)], at: 60) else {
            Issue.record("not promoted")
            return
        }
        #expect(reason.contains("decided before the window's end"))
    }

    @Test func bothEarlyEndsCanBeTurnedOff() {
        var rule = WatchRule()
        rule.earlyRollBack = false
        rule.earlyPromotion = false
        #expect(decide(rule, [(1000, 900)], at: 60) == .undecided)
        #expect(decide(rule, [(5000, 0)], at: 60) == .undecided)
    }

    @Test(arguments: [
        (WatchRule.Policy.pass, "promote"), (.rollBack, "rollBack"), (.pause, "pause"), (.extend, "extended"),
    ])
    func tooLittleTrafficFollowsItsPolicy(_ policy: WatchRule.Policy, _ expected: String) {
        var rule = WatchRule()
        rule.tooLittleTraffic = policy
        let decision = decide(rule, [(20, 0)], at: 300)
        #expect("\(decision)".hasPrefix(expected))
        #expect("\(decision)".contains("not enough traffic to tell: 0 of 20 requests failed"))
    }

    @Test func anExtendedWatchPausesInTheEnd() {
        var rule = WatchRule()
        rule.tooLittleTraffic = .extend
        var watch = ErrorRateWatch(rule: rule)
        watch.add(RequestCount(requests: 10, errors: 0))
        guard case .extended = watch.decide(elapsed: 300) else {
            Issue.record("not extended")
            return
        }
        #expect(watch.decide(elapsed: 400) == .undecided)
        guard case .pause = watch.decide(elapsed: 600) else {
            Issue.record("not paused")
            return
        }
    }

    @Test func noScrapeAtAllIsNotGood() {
        guard case .rollBack(let reason) = decide(WatchRule(), [nil, nil], at: 300) else {
            Issue.record("not rolled back")
            return
        }
        #expect(reason.contains("no scrape of the new pods' metrics succeeded in 5 min (2 tried)"))
    }

    @Test func oneMissedScrapeIsNoEvidence() {
        var watch = ErrorRateWatch(rule: WatchRule())
        watch.add(nil)
        watch.add(RequestCount(requests: 100, errors: 0))
        _ = watch.decide(elapsed: 15)
        #expect(watch.figures.requests == 100)
        #expect(watch.figures.missedScrapes == 1)
    }

    @Test func aShortWindowIsStillLookedAtFourTimes() {
        let rule = WatchRule().with(window: 20)
        #expect(rule.interval == 5)
        #expect(WatchRule().with(window: 3600).interval == 15)
    }
}
