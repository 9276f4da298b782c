import Core
import Foundation
import Testing

@testable import Delivery

/// What the watch looks at beside the error rate against its limit.
struct WatchSignalTests {
    private func reason(_ decision: WatchDecision) -> String {
        switch decision {
        case .rollBack(let text), .promote(let text), .pause(let text), .extended(let text): text
        case .undecided: "undecided"
        }
    }

    @Test func whatFailsForBothIsNotTheRelease() {
        var watch = ErrorRateWatch(rule: WatchRule(), hasOld: true)
        for look in 1...20 {
            watch.add(RequestCount(requests: 100, errors: 20))
            watch.compare(new: RequestCount(requests: 100, errors: 20), old: RequestCount(requests: 300, errors: 60))
            #expect(watch.decide(elapsed: Double(look)) == .undecided)
        }
        guard case .pause(let text) = watch.decide(elapsed: 300) else {
            Issue.record("not paused")
            return
        }
        #expect(text.contains("above 1 % for the old version too: 400 of 2000 requests failed (20 %) in 5 min"))
        #expect(text.contains("of the old one 1200 of 6000 (20 %)"))
    }

    @Test func worseThanTheOldOneEndsItWithinTheLimitToo() {
        var rule = WatchRule()
        rule.maxErrorRate = 0.2
        var watch = ErrorRateWatch(rule: rule, hasOld: true)
        watch.add(RequestCount(requests: 500, errors: 40))
        watch.compare(new: RequestCount(requests: 500, errors: 40), old: RequestCount(requests: 2000, errors: 4))
        let decision = watch.decide(elapsed: 15)
        #expect(reason(decision).hasPrefix("it fails more often than the old version at the same time: 40 of 500"))
        #expect(watch.figures.alpha == 0.005)
    }

    @Test func evidenceGoesOnOverTheSteps() {
        var first = ErrorRateWatch(rule: WatchRule(), hasOld: true)
        first.compare(new: RequestCount(requests: 100, errors: 4), old: RequestCount(requests: 900, errors: 3))
        _ = first.decide(elapsed: 10)
        let evidence = first.figures.comparison?.test.logEvidence ?? 0
        #expect(evidence > 1)
        let second = ErrorRateWatch(rule: WatchRule(), hasOld: true, earlier: first.figures)
        #expect(second.figures.comparison?.test.logEvidence == evidence)
    }

    @Test func restartsAreCounted() {
        var rule = WatchRule()
        rule.maxRestarts = 1
        var watch = ErrorRateWatch(rule: rule)
        watch.note(restarts: 1)
        #expect(watch.decide(elapsed: 10) == .undecided)
        watch.note(restarts: 2)
        #expect(
            reason(watch.decide(elapsed: 20)) == "the new pods' containers restarted 2 times in 20 s; 1 are tolerated"
        )
    }

    @Test func aQuantileThatIsTooSlowEndsItAndAGoodOneDoesNot() {
        var rule = WatchRule()
        rule.latency = LatencyRule(quantile: 0.99, limit: 0.25)
        var watch = ErrorRateWatch(rule: rule)
        watch.add(RequestCount(requests: 1000, errors: 0))
        watch.add(PodLatencyCounter.Count(requests: 1000, slow: 8, bound: 0.25))
        #expect(watch.decide(elapsed: 10) == .undecided)
        watch.add(PodLatencyCounter.Count(requests: 500, slow: 60, bound: 0.25))
        let text = reason(watch.decide(elapsed: 20))
        #expect(
            text.hasPrefix("p99 above 250 ms: 68 of 1500 requests took longer than 250 ms (4.53 %, 1 % may)"),
            "\(text)"
        )
    }

    @Test func aQueryMustBeBadForItsWholeTime() {
        var rule = WatchRule()
        rule.queries = [QueryRule(name: "cpu", query: "x", bound: .above, limit: 0.9, span: 60)]
        var watch = ErrorRateWatch(rule: rule)
        watch.add(RequestCount(requests: 5000, errors: 0))
        for (time, value) in [(0.0, 0.95), (30, 0.99), (45, 0.5), (50, 0.95), (100, 1.0)] {
            watch.note(queries: [value], at: time)
            #expect(watch.decide(elapsed: time) == .undecided, "at \(time)")
        }
        watch.note(queries: [1.5], at: 110)
        #expect(reason(watch.decide(elapsed: 110)) == "cpu was above 0.90 for 1 min: 1.50 now (x)")
    }

    @Test func aQueryWithoutValuesIsUnknown() {
        var rule = WatchRule()
        rule.queries = [QueryRule(name: "cpu", query: "x", bound: .above, limit: 0.9, span: 0)]
        var watch = ErrorRateWatch(rule: rule)
        watch.add(RequestCount(requests: 5000, errors: 0))
        watch.note(queries: [nil], at: 10)
        #expect(reason(watch.decide(elapsed: 300)).hasPrefix("cpu had no value in 5 min: it is unknown"))
    }

    @Test func aHistogramIsCountedFromLookToLook() {
        func text(_ counts: [Int]) -> String {
            zip(["0.1", "0.25", "1", "+Inf"], counts).map { le, count in
                """
                http_request_duration_seconds_bucket{path="/api",le="\(le)"} \(count)
                http_request_duration_seconds_bucket{path="/health",le="\(le)"} 1000
                """
            }.joined(separator: "\n")
        }
        var counter = PodLatencyCounter(
            rule: LatencyRule(quantile: 0.9, limit: 0.2),
            metric: RequestMetric(),
            startedByThisRelease: true
        )
        #expect(counter.scrape(text([10, 12, 14, 15]), restarts: 0) == .init(requests: 15, slow: 3, bound: 0.25))
        #expect(counter.scrape(text([20, 22, 25, 30]), restarts: 0) == .init(requests: 15, slow: 5, bound: 0.25))
        #expect(counter.scrape(text([1, 1, 1, 2]), restarts: 1) == .init(requests: 2, slow: 1, bound: 0.25))
        #expect(counter.scrape("nothing 1", restarts: 1) == nil)
    }

    private func watch(_ text: String) throws -> WatchRule? {
        try DeliveryFileReader.parse(
            """
            image: localhost/api
            deployment: api
            container: api
            environments: {test: {namespace: ns, manifests: k8s, watch: \(text)}}
            """,
            file: "slipway.yml",
            folder: URL(filePath: "/tmp")
        ).environment("test").watch
    }

    @Test func settings() throws {
        let rule = try watch(
            """
            {compare: {tolerance: 2}, latency: {quantile: 0.95, max: 300ms}, max-restarts: 0,
              prometheus: {url: "http://prometheus:9090", token-env: TOKEN},
              queries: [{name: cpu, query: "max(cpu{pod=~\\"$pods\\"})", above: 0.9, for: 1m}, {query: up, below: 1}]}
            """
        )
        #expect(rule?.comparison == ComparisonRule(tolerance: 2))
        #expect(rule?.latency == LatencyRule(quantile: 0.95, limit: 0.3))
        #expect(rule?.maxRestarts == 0)
        #expect(rule?.prometheus == PrometheusSettings(url: "http://prometheus:9090", tokenVariable: "TOKEN"))
        #expect(rule?.queries?.map(\.span) == [60, 0])
        #expect(rule?.queries?.map(\.bound) == [.above, .below])
        #expect(try watch("{compare: off}")?.comparison == nil)
        #expect(try watch("{window: 5m}")?.comparison == ComparisonRule())
    }

    @Test(arguments: [
        ("{queries: [{query: up, below: 1}]}", "watch.queries needs watch.prometheus"),
        ("{prometheus: {url: prometheus}}", "\"prometheus\" is no http(s) address"),
        ("{prometheus: {url: 'http://p'}, queries: [{query: up}]}", "A query needs either \"above\" or \"below\""),
        ("{latency: {quantile: 2, max: 1s}}", "watch.latency.quantile must be a share"),
        ("{latency: {quantile: 0.9}}", "watch.latency has no \"max\""),
        ("{compare: {tolerance: 0.5}}", "watch.compare.tolerance must be a number from 1.0 to 100.0"),
    ])
    func mistakes(_ text: String, _ message: String) {
        let error = #expect(throws: DiagnosticsError.self) { _ = try watch(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
