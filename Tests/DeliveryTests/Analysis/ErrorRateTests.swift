import Foundation
import Testing

@testable import Delivery

/// A generator of the same numbers in every run.
struct FixedGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Errors among `requests`, each with chance `rate`: by the gaps between them, so that few draws are needed.
    mutating func errors(among requests: Int, rate: Double) -> Int {
        var position = 0.0
        var count = 0
        while true {
            position += (log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &self)) / log1p(-rate)).rounded(
                .up
            )
            if position > Double(requests) { return count }
            count += 1
        }
    }
}

struct ErrorRateTests {
    private static let scrapes = 20
    private static let perScrape = 150  // 10 requests a second, a scrape every 15 s, for 5 minutes

    /// The share of releases that the test ever rejects, and how many seconds those took (median).
    private func simulate(rate: Double, releases: Int, seed: UInt64) -> (rejected: Double, seconds: Double) {
        var generator = FixedGenerator(seed: seed)
        let test = ExceedsLimitTest(limit: 0.01, falseAlarm: 0.01)
        var times: [Double] = []
        for _ in 0..<releases {
            var errors = 0
            for scrape in 1...Self.scrapes {
                errors += generator.errors(among: Self.perScrape, rate: rate)
                if test.rejects(errors: errors, requests: scrape * Self.perScrape) {
                    times.append(Double(scrape) * 15)
                    break
                }
            }
        }
        times.sort()
        return (Double(times.count) / Double(releases), times.isEmpty ? .infinity : times[times.count / 2])
    }

    /// Ville's bound: α holds at the limit itself, however often one looks.
    @Test(arguments: [0.009, 0.01])
    func goodReleasesAreHardlyEverRolledBack(_ rate: Double) {
        let result = simulate(rate: rate, releases: 2000, seed: 7)
        #expect(result.rejected <= 0.01)
    }

    @Test(arguments: [(0.05, 30.0), (0.03, 60.0)])
    func badReleasesAreFoundInSeconds(_ rate: Double, _ seconds: Double) {
        let result = simulate(rate: rate, releases: 500, seed: 11)
        #expect(result.rejected == 1)
        #expect(result.seconds <= seconds)
    }

    @Test func aMildlyBadReleaseIsMostlyFoundWithinTheWindow() {
        let result = simulate(rate: 0.02, releases: 1000, seed: 13)
        #expect(result.rejected > 0.85)
        #expect(result.seconds <= 165)
    }

    /// The plain rule, looked at after every scrape, for comparison: it has no bound.
    @Test func aPlainThresholdLookedAtOftenRaisesFalseAlarms() {
        var generator = FixedGenerator(seed: 17)
        var alarms = 0
        for _ in 0..<500 {
            var errors = 0
            for scrape in 1...Self.scrapes {
                errors += generator.errors(among: Self.perScrape, rate: 0.009)
                if Double(errors) / Double(scrape * Self.perScrape) > 0.01 {
                    alarms += 1
                    break
                }
            }
        }
        #expect(alarms > 250)
    }

    /// β: what is at the limit is hardly ever promoted early.
    @Test func releasesAtTheLimitAreHardlyEverPromotedEarly() {
        var generator = FixedGenerator(seed: 19)
        let test = WithinLimitTest(limit: 0.01, falsePromotion: 0.01)
        var promoted = 0
        for _ in 0..<2000 {
            var errors = 0
            for scrape in 1...Self.scrapes {
                errors += generator.errors(among: Self.perScrape, rate: 0.01)
                if test.accepts(errors: errors, requests: scrape * Self.perScrape) {
                    promoted += 1
                    break
                }
            }
        }
        #expect(promoted <= 20)
    }

    @Test func aCleanReleaseIsPromotedOnEnoughRequests() {
        let test = WithinLimitTest(limit: 0.01, falsePromotion: 0.01)
        #expect(!test.accepts(errors: 0, requests: 300))
        #expect(test.accepts(errors: 0, requests: 800))
    }

    @Test func theConfidenceSequenceHoldsAtEveryMoment() {
        var generator = FixedGenerator(seed: 23)
        let sequence = ConfidenceSequence(alpha: 0.05)
        var misses = 0
        for _ in 0..<500 {
            var errors = 0
            for scrape in 1...Self.scrapes {
                errors += generator.errors(among: Self.perScrape, rate: 0.02)
                if !sequence.interval(errors: errors, requests: scrape * Self.perScrape).contains(0.02) {
                    misses += 1
                    break
                }
            }
        }
        #expect(misses <= 25)
    }

    @Test func theConfidenceSequenceNarrows() {
        let sequence = ConfidenceSequence(alpha: 0.01)
        #expect(sequence.interval(errors: 0, requests: 0) == 0...1)
        let few = sequence.interval(errors: 0, requests: 20)
        #expect(few.lowerBound == 0)
        #expect(few.upperBound > 0.2)
        let many = sequence.interval(errors: 50, requests: 1000)
        #expect(many.lowerBound > 0.02 && many.lowerBound < 0.05)
        #expect(many.upperBound > 0.05 && many.upperBound < 0.09)
        #expect(sequence.interval(errors: 30, requests: 30).upperBound == 1)
    }

    @Test func evidenceDoesNotOverflow() {
        let test = ExceedsLimitTest(limit: 0.01, falseAlarm: 0.01)
        #expect(test.logEvidence(errors: 5_000_000, requests: 10_000_000).isFinite)
        #expect(test.logEvidence(errors: 0, requests: 0) == 0)
        #expect(ExceedsLimitTest(limit: 0.9, falseAlarm: 0.01).rejects(errors: 400, requests: 400))
    }
}
