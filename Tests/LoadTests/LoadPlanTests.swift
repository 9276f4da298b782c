import Core
import Foundation
import Testing

@testable import Load

@Suite struct LoadPlanTests {
    @Test func constantArrivalsComeAtEqualDistances() {
        let arrivals = Array(Arrivals(.constant, rate: 4, until: 1.1, seed: 1))
        #expect(arrivals == [0, 0.25, 0.5, 0.75, 1])
    }

    @Test func randomArrivalsHaveTheRateAndTheSpreadOfIndependentUsers() {
        let arrivals = Array(Arrivals(.poisson, rate: 1000, until: 100, seed: 7))
        #expect(abs(arrivals.count - 100_000) < 1500)
        let distances = zip(arrivals.dropFirst(), arrivals).map { $0 - $1 }
        let mean = distances.reduce(0, +) / Double(distances.count)
        let variance = distances.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(distances.count)
        // The standard deviation of an exponential distribution is its mean.
        #expect(abs(variance.squareRoot() / mean - 1) < 0.02)
        #expect(arrivals == Array(Arrivals(.poisson, rate: 1000, until: 100, seed: 7)))
        #expect(arrivals != Array(Arrivals(.poisson, rate: 1000, until: 100, seed: 8)))
    }

    @Test(
        arguments: [
            ("error-rate<1%", 0.0099, 0.01), ("error-rate <= 0.01", 0.01, 0.0101), ("p99<250ms", 0.249, 0.25),
            ("p99.9 <= 2s", 2, 2.001), ("max<1m", 59, 61), ("mean<1s", 0.5, 1), ("rate>=95", 95, 94.9),
            ("rate > 10", 11, 10),
        ]
    )
    func thresholdsAreReadAndJudged(text: String, good: Double, bad: Double) throws {
        let threshold = try LoadThreshold(text)
        #expect(threshold.comparison.holds(good, threshold.limit))
        #expect(!threshold.comparison.holds(bad, threshold.limit))
    }

    @Test(
        arguments: [
            ("p99", "compares nothing"), ("p99=3s", "compares nothing"), ("p0<1s", "no figure"),
            ("p101<1s", "no figure"),
            ("speed<1s", "no figure \"speed\""), ("p99<250", "not a time"), ("error-rate<1s", "not a share"),
            ("error-rate<101%", "not a share"), ("rate>fast", "not a number"), ("error-rate<nan", "not a share"),
        ]
    )
    func mistakesInThresholdsAreTold(text: String, message: String) throws {
        let error = #expect(throws: SlipwayError.self) { try LoadThreshold(text) }
        #expect(error?.exitCode == .invalidInput && error?.description.contains(message) == true)
    }

    @Test func statusesAreReadAsPeopleWriteThem() throws {
        #expect(ExpectedStatus().contains(204) && ExpectedStatus().contains(302) && !ExpectedStatus().contains(404))
        let expected = try #require(ExpectedStatus("2XX,404"))
        #expect(expected.contains(201) && expected.contains(404) && !expected.contains(302))
        for text in ["", "2x", "6xx", "99", "200,", "ok"] { #expect(ExpectedStatus(text) == nil) }
    }

    @Test(
        arguments: [
            ("ftp://a/", 1.0, "is not an address"), ("/health", 1, "is not an address"),
            ("http://a:b@c/", 1, "password"),
            ("http://a/", 0, "--rate"), ("http://a/", .nan, "--rate"), ("http://a/", 1_000_000, "more than one run"),
        ]
    )
    func plansThatCannotBeCarriedOutAreRefused(url: String, rate: Double, message: String) throws {
        let plan = LoadPlan(url: try #require(URL(string: url)), rate: rate, duration: 1000)
        let error = #expect(throws: SlipwayError.self) { try plan.validate() }
        #expect(error?.description.contains(message) == true)
    }
}
