import Testing

@testable import Delivery

struct RequestCounterTests {
    private static let text = """
        # HELP http_requests_total All requests.
        # TYPE http_requests_total counter
        http_requests_total{method="GET",path="/health/liveness",status="200"} 50
        http_requests_total{method="POST",path="/api/v1/search",status="200"} 90
        http_requests_total{method="POST",path="/api/v1/search",status="500"} 4 1700000000000
        http_requests_total{method="POST",path="/api/v1/a \\"b\\\\",status="503"} 1e0 # {trace_id="x"} 1
        http_requests_total_created{path="/x",status="500"} 7
        http_request_duration_seconds_count 900
        """

    @Test func aNewPodCountsFromZero() {
        var counter = PodRequestCounter(metric: RequestMetric(), startedByThisRelease: true)
        #expect(counter.scrape(Self.text, restarts: 0) == .counted(RequestCount(requests: 95, errors: 5)))
    }

    @Test func anOldPodCountsFromTheFirstScrape() {
        var counter = PodRequestCounter(metric: RequestMetric(), startedByThisRelease: false)
        #expect(counter.scrape(Self.text, restarts: 0) == .counted(RequestCount()))
        let more = Self.text.replacing("status=\"500\"} 4", with: "status=\"500\"} 6")
        #expect(counter.scrape(more, restarts: 0) == .counted(RequestCount(requests: 2, errors: 2)))
    }

    @Test func aCounterThatFellStartedAgain() {
        var counter = PodRequestCounter(metric: RequestMetric(), startedByThisRelease: true)
        _ = counter.scrape(Self.text, restarts: 0)
        let after = "http_requests_total{path=\"/api/v1/search\",method=\"POST\",status=\"500\"} 3"
        #expect(counter.scrape(after, restarts: 0) == .counted(RequestCount(requests: 3, errors: 3)))
    }

    @Test func aRestartBetweenTwoScrapesIsNoticedEvenWhereTheCounterGrew() {
        var counter = PodRequestCounter(metric: RequestMetric(), startedByThisRelease: true)
        let sample = "http_requests_total{path=\"/a\",status=\"200\"} "
        _ = counter.scrape(sample + "10", restarts: 0)
        #expect(counter.scrape(sample + "12", restarts: 1) == .counted(RequestCount(requests: 12, errors: 0)))
    }

    @Test func aSeriesThatAppearsLaterStartedAtZero() {
        var counter = PodRequestCounter(metric: RequestMetric(), startedByThisRelease: false)
        _ = counter.scrape("http_requests_total{path=\"/a\",status=\"200\"} 10", restarts: 0)
        let next = """
            http_requests_total{path="/a",status="200"} 11
            http_requests_total{path="/a",status="500"} 2
            """
        #expect(counter.scrape(next, restarts: 0) == .counted(RequestCount(requests: 3, errors: 2)))
    }

    @Test func aMissingMetricIsNotZero() {
        var counter = PodRequestCounter(metric: RequestMetric(), startedByThisRelease: true)
        #expect(counter.scrape("up 1\n", restarts: 0) == .metricMissing)
        #expect(counter.scrape("http_requests_total{path=\"/a\"} 3", restarts: 0) == .labelMissing)
        #expect(counter.scrape("# TYPE http_requests_total counter\n", restarts: 0) == .counted(RequestCount()))
    }

    @Test func statusPatternsAndPathsAreConfigurable() {
        let metric = RequestMetric(errors: ["5xx", "429"], excludedPaths: ["/internal/*"])
        #expect(metric.isError(status: "503") && metric.isError(status: "429"))
        #expect(!metric.isError(status: "404") && !metric.isError(status: "5000"))
        #expect(metric.isExcluded(path: "/internal/x") && !metric.isExcluded(path: "/health"))
    }

    @Test func unreadableLinesAreCounted() {
        let result = PrometheusText.family("m", in: "m{a=\"b} 1\nm{a=\"b\"} x\nm 3\nm{} NaN\n")
        #expect(result.unreadable == 2)
        #expect(result.family.samples.count == 2)
    }
}
