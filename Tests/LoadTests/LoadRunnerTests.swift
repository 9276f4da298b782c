import Core
import Foundation
import Hummingbird
import Synchronization
import Testing

@testable import Load

@Suite struct LoadRunnerTests {
    private func load(
        _ url: URL,
        rate: Double,
        duration: Double,
        _ change: (inout LoadPlan) throws -> Void = { _ in }
    )
        async throws -> LoadReport
    {
        var plan = LoadPlan(url: url, rate: rate, duration: duration)
        try change(&plan)
        return try await LoadRunner(plan).run()
    }

    @Test func everyScheduledRequestIsSentAndCounted() async throws {
        let arrived = Mutex(0)
        try await TestService.with { request in
            #expect(request.headers[.authorization] == "key" && request.method == .post)
            let body = try await request.body.collect(upTo: 100)
            #expect(String(buffer: body) == "{}")
            arrived.withLock { $0 += 1 }
            return Response(status: .created, body: .init(byteBuffer: .init(string: "hello")))
        } _: { url in
            let report = try await load(url, rate: 100, duration: 1) { plan in
                plan.warmUp = 0.5
                plan.method = "POST"
                plan.headers = [("Authorization", "key")]
                plan.body = Data("{}".utf8)
                plan.thresholds = try [LoadThreshold("error-rate<1%"), LoadThreshold("rate>=99")]
            }
            #expect(report.scheduled == 100 && report.good == 100 && report.errors.isEmpty && report.bytes == 500)
            #expect(arrived.withLock { $0 } == 150)
            #expect(report.isGood && !report.isInterrupted && report.measured == 1)
        }
    }

    @Test func aStallIsSeenByEveryRequestThatWasDueInIt() async throws {
        let began = ContinuousClock.now
        try await TestService.with { _ in
            // Nothing is answered in the first second.
            try await Task.sleep(until: began + .seconds(1), clock: .continuous)
            return Response(status: .ok)
        } _: { url in
            let report = try await load(url, rate: 100, duration: 2)
            // A tool that waits for one answer before the next request would have seen one slow answer.
            #expect(report.scheduled == 200)
            // Half of all were due while nothing was answered.
            #expect(try #require(report.latency(65)) > 0.1)
            #expect(try #require(report.latency(99)) > 0.5)
        }
    }

    @Test func wrongLateAndMissingAnswersAreErrorsByName() async throws {
        let count = Mutex(0)
        try await TestService.with { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number % 4 == 0 { return Response(status: .internalServerError) }
            if number % 4 == 1 { try await Task.sleep(for: .seconds(30)) }
            return Response(status: .ok)
        } _: { url in
            let report = try await load(url, rate: 20, duration: 1) { plan in
                plan.timeout = 4
                plan.thresholds = try [LoadThreshold("error-rate<1%"), LoadThreshold("max<500ms")]
            }
            #expect(report.scheduled == 20 && report.good == 10)
            #expect(report.errors.map(\.name).sorted() == ["no answer in time", "status 500"])
            #expect(report.errors.map(\.count) == [5, 5] && report.errorRate == 0.5)
            #expect(report.verdicts.map(\.holds) == [false, false] && !report.isGood)
            // What never came is as slow as it was allowed to be, not left out.
            #expect(try #require(report.latency(100)) >= 3.99)
            #expect(report.timeline.map(\.errors).reduce(0, +) == 10)
        }
    }

    @Test func whatIsNotSentCountsAsAnError() async throws {
        try await TestService.with { _ in
            try await Task.sleep(for: .seconds(30))
            return Response(status: .ok)
        } _: { url in
            let report = try await load(url, rate: 50, duration: 1) { plan in
                plan.maximumInFlight = 10
                plan.timeout = 5
            }
            #expect(report.dropped == 40 && report.scheduled == 50 && report.errorRate == 1 && !report.hasAnswers)
        }
    }

    @Test func nobodyListening() async throws {
        let url = try #require(URL(string: "http://127.0.0.1:1/"))
        let report = try await load(url, rate: 20, duration: 0.5) { plan in
            plan.thresholds = try [LoadThreshold("p99<1s")]
        }
        #expect(report.scheduled == 10 && !report.hasAnswers && report.latency(50) == nil)
        #expect(report.errors.first?.name.contains("connection refused") == true)
        // Nothing was measured: nothing is promised.
        #expect(!report.isGood)
        #expect(LoadText(report).text.contains("✗ p99<1s: nothing was measured"))
    }

    @Test func anInterruptedRunTellsWhatItMeasured() async throws {
        let count = Mutex(0)
        try await TestService.with { _ in
            count.withLock { $0 += 1 }
            return Response(status: .ok)
        } _: { url in
            let task = Task { try await load(url, rate: 100, duration: 600) }
            while count.withLock({ $0 }) < 50 { try await Task.sleep(for: .milliseconds(10)) }
            task.cancel()
            let report = try await task.value
            #expect(report.isInterrupted && report.scheduled >= 30 && report.measured < 600)
            #expect(LoadText(report).text.contains("interrupted"))
        }
    }

    @Test func everyFormOfTheReportSaysTheSameAndKeepsTheQueryToItself() async throws {
        try await TestService.with { _ in
            Response(status: .ok)
        } _: { url in
            let report = try await load(url, rate: 50, duration: 1) { plan in
                plan.thresholds = try [LoadThreshold("error-rate<1%")]
            }
            let text = LoadText(report).text
            let html = try LoadHTML(report).text()
            let json = report.json.text(pretty: true)
            #expect(text.contains("requests  50, of them 50 with a good answer: 50.0 a second"))
            #expect(text.contains("✓ error-rate<1%: 0.00 %"))
            #expect(html.contains("every threshold holds") && html.contains("<polyline class=\"p99\""))
            #expect(html.contains("error-rate&lt;1%: 0.00 %"))
            #expect(report.json["requests"] == 50 && report.json["good"] == true)
            for form in [text, html, json] { #expect(!form.contains("secret")) }
        }
    }
}
