import Core
import Foundation
import Journal
import Testing

@testable import Delivery

@Suite struct FiguresReportTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    @Test func textJSONAndOpenMetricsTellTheSame() async throws {
        let report = try await report { journal in
            try await release("1", hoursAgo: 60, journal)
            try await release("2", hoursAgo: 30, state: "rolled-back", journal)
        }
        #expect(
            FiguresText(report).text == """
                2023-11-04 to 2023-11-14 (10 d); in brackets: the 10 d before

                production/api
                  deployment frequency    0.1 a day [0 a day]  1 succeeded
                  lead time for changes   – [–]  0 changes, 1 release with unknown changes
                  change failure rate     50 % [–]  1 of 2 releases
                  time to restore         10 min [–]  1 restored
                """
        )
        let delivery = try #require(report.json["delivery"]?[0])
        #expect(delivery[path: "changeFailureRate", "rate"]?.double == 0.5)
        #expect(delivery[path: "timeToRestore", "medianSeconds"]?.double == 600)
        #expect(delivery[path: "leadTime", "medianSeconds"] == JSON.null)
        let metrics = OpenMetricsText(report).text
        #expect(metrics.contains("slipway_change_failure_ratio{environment=\"production\",service=\"api\"} 0.5\n"))
        #expect(!metrics.contains("slipway_lead_time_seconds"))
        #expect(metrics.hasSuffix("# EOF\n"))
    }

    @Test func thePageTellsTheSameAndDrawsEachDay() async throws {
        let report = try await report { journal in
            try await release("1", hoursAgo: 60, journal)
            try await release("2", hoursAgo: 30, service: "<b>worker</b>", journal)
        }
        let page = try FiguresHTML(report).text()
        for row in FiguresRows(report).delivery.flatMap(\.rows) {
            #expect(page.contains("<th scope=\"row\">\(row.name)</th><td>\(row.value)</td>"))
        }
        #expect(!page.contains("<b>"), "names are text, whatever they hold")
        #expect(page.contains("production/&lt;b&gt;worker"))
        // Four charts of ten days for all together and for each of the two services.
        #expect(page.ranges(of: "<rect ").count == 4 * 10 * 3)
        #expect(page.ranges(of: ": 1 release</title>").count == 4)
    }

    @Test(arguments: [(1, 1), (10, 10), (31, 31), (90, 13), (800, 27)])
    func aPeriodIsCutIntoPartsThatCoverIt(days: Int, count: Int) {
        let from = Self.now.addingTimeInterval(-Double(days) * 86_400)
        let parts = FiguresTrend.parts(from: from, to: Self.now)
        #expect(parts.count == count)
        #expect(parts.first?.lowerBound == from && parts.last?.upperBound == Self.now)
        #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }

    @Test func severalServicesAreToldTogetherAndEach() async throws {
        let report = try await report { journal in
            try await release("1", hoursAgo: 60, journal)
            try await release("2", hoursAgo: 30, service: "worker", journal)
        }
        #expect(report.delivery.map(\.now.service) == [nil, "api", "worker"])
        #expect(report.delivery.map(\.now.succeeded) == [2, 1, 1])
    }

    @Test(arguments: [
        "90d": 7_776_000, "2w": 1_209_600, "36h": 129_600, "2023-11-14T22:13:10Z": 10, "2023-11-14": 80_000,
    ])
    func periodsAreLengthsOrMoments(_ text: String, _ seconds: Int) {
        #expect(PeriodText.start(text, now: Self.now) == Self.now.addingTimeInterval(-Double(seconds)))
    }

    @Test(arguments: ["", "soon", "0", "2023-11-15", "-3d", "3", "infw"])
    func whatIsNoPastMomentIsRefused(_ text: String) {
        #expect(PeriodText.start(text, now: Self.now) == nil)
    }

    private func report(_ fill: (Journal) async throws -> Void) async throws -> FiguresReport {
        let folder = try TemporaryFolder()
        let journal = try Journal(at: folder.url.appending(path: "journal.sqlite"))
        try await fill(journal)
        return try await FiguresReport(
            environment: "production",
            from: Self.now.addingTimeInterval(-10 * 86_400),
            to: Self.now,
            journal: journal,
            commits: GitCommitHistory(folder: folder.url)
        )
    }

    private func release(
        _ id: String,
        hoursAgo: Double,
        state: String = "verified",
        service: String = "api",
        _ journal: Journal
    ) async throws {
        var record = DeploymentRecord(
            id: id,
            environment: "production",
            namespace: "production",
            deployment: service,
            number: 1,
            kind: "release",
            state: state,
            image: "i",
            digest: "d",
            user: "u",
            host: "h",
            startedAt: Self.now.addingTimeInterval(-hoursAgo * 3600),
            record: [:]
        )
        record.endedAt = record.startedAt.addingTimeInterval(600)
        try await journal.save(record, steps: [])
    }
}
