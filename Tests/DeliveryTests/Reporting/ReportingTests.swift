import Core
import Foundation
import Journal
import Synchronization
import Testing

@testable import Delivery

struct ReportingTests {
    private final class Screen: Sendable {
        private let text = Mutex("")
        func write(_ more: String) { text.withLock { $0 += more } }
        var contents: String { text.withLock { $0 } }
    }

    private func progress(_ available: Int, _ pods: [(String, PodReport.State, String)]) -> RolloutProgress {
        var progress = RolloutProgress()
        progress.desired = 2
        progress.available = available
        progress.pods = pods.map { PodReport(name: $0.0, state: $0.1, text: $0.2, restarts: 0) }
        return progress
    }

    @Test func plainLinesTellOnlyWhatIsNew() {
        let screen = Screen()
        let reporter = TextReporter(style: .init(isLive: false, hasColour: false), write: screen.write)
        reporter.report(.step("Rolling out"))
        reporter.report(.progress(progress(0, [("a", .starting, "running, not ready")])))
        reporter.report(.progress(progress(0, [("a", .starting, "running, not ready")])))
        reporter.report(.progress(progress(1, [("a", .ready, "ready"), ("b", .waiting, "creating its containers")])))
        reporter.report(.waiting("x"))
        reporter.report(.waiting("x"))
        #expect(
            screen.contents == """
                ==> Rolling out
                    pod a: running, not ready
                    0 of 2 new pods available
                    pod a: ready
                    pod b: creating its containers
                    1 of 2 new pods available
                    waiting: x

                """
        )
    }

    @Test func aTerminalsBlockIsDrawnOverAndCutToItsWidth() {
        let screen = Screen()
        let reporter = TextReporter(style: .init(isLive: true, hasColour: false, width: 30), write: screen.write)
        reporter.report(.progress(progress(0, [("a", .starting, "a very long explanation of why")])))
        reporter.report(.note("n"))
        reporter.report(.progress(progress(1, [])))
        #expect(
            screen.contents
                == "    0 of 2 new pods available\n      ● a  a very long explan\n"
                + "\u{1B}[2A\u{1B}[J    n\n    0 of 2 new pods available\n      ● a  a very long explan\n"
                + "\u{1B}[2A\u{1B}[J    1 of 2 new pods available\n"
        )
    }

    @Test func aPlanShowsWhatChangesAndHidesSecrets() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        let plan = try await Releaser(fixture.context).plan(try fixture.request(2))
        let page = PlanText.page(environment: "test", image: ReleaseFixture.image(2), plan: plan)
        #expect(page.hasPrefix("test would run v2 (sha256:2), localhost/api@sha256:2\n  ~ ConfigMap settings\n"))
        #expect(page.contains("data.version"))
        #expect(page.contains("containers[api].image"))
        #expect(page.contains("  = Service api"))
    }

    @Test func theJournalKeepsEachReleaseWithItsSteps() async throws {
        let folder = try TemporaryFolder()
        let journal = try Journal(at: folder.url.appending(path: "journal.sqlite"))
        let fixture = try ReleaseFixture()
        fixture.cluster.setBehaviour("localhost/api@sha256:2", .init(errors: 2))
        try await fixture.release(1)
        try await fixture.release(2)
        let keeper = JournalKeeper(journal: journal, reporter: fixture.reporter)
        // Twice: rebuilding from the cluster's records changes nothing.
        for _ in 0..<2 {
            for record in try await fixture.records() { await keeper.note(record) }
        }
        let rows = try await journal.deployments(environment: "test", limit: 10)
        #expect(rows.map(\.number) == [2, 1])
        #expect(rows.map(\.state) == ["rolled-back", "verified"])
        let bad = try #require(rows.first)
        #expect(bad.failureReason == "ErrorRate")
        #expect(bad.commitSha == "c2" && bad.tree == "t2")
        let served = try #require(bad.servedAt)
        let failed = try #require(bad.failedAt)
        let ended = try #require(bad.endedAt)
        #expect(served <= failed && failed <= ended)
        let events = try await journal.events(of: "release", id: bad.id)
        #expect(
            events.map(\.type) == [
                "release.prepared", "release.applying", "release.rolling-out", "release.verifying", "release.watching",
                "release.rolling-back", "release.rolled-back",
            ]
        )
        #expect(fixture.reporter.lines.allSatisfy { !$0.contains("journal") })
    }

    @Test func aRunsApprovalIsTakenForItsOwnEnvironmentOnly() throws {
        let text = "{\"environment\":\"production\",\"by\":\"alice\",\"at\":\"2026-11-23T18:00:00Z\",\"via\":\"run 1\"}"
        let variables = ["SLIPWAY_APPROVAL": text]
        let approval = try ReleaseApproval.fromRun(variables, environment: "production")
        #expect(approval == ReleaseApproval(by: "alice", at: Date(timeIntervalSince1970: 1_795_456_800), via: "run 1"))
        #expect(try ReleaseApproval.fromRun(variables, environment: "staging") == nil)
        #expect(try ReleaseApproval.fromRun([:], environment: "staging") == nil)
        #expect(throws: SlipwayError.self) {
            try ReleaseApproval.fromRun(["SLIPWAY_APPROVAL": "{\"by\":\"a\"}"], environment: "production")
        }
    }

    @Test func summariesSayHowItEndedAndWhy() async throws {
        let fixture = try ReleaseFixture()
        let good = try await fixture.release(1)
        #expect(ReleaseSummary(good).text.hasPrefix("test runs v1 (sha256:1): release 1, verified in "))
        fixture.cluster.setBehaviour(
            "localhost/api@sha256:2",
            .init(isReady: false, waiting: ("ErrImageNeverPull", "image is not present"))
        )
        let bad = try await fixture.release(2)
        let text = ReleaseSummary(bad).text
        #expect(text.hasPrefix("Release 2 of test was rolled back: pod api-2-"))
        #expect(text.hasSuffix("test is as it was before: localhost/api@sha256:1"))
        #expect(text.contains("  last log lines:\n    last words of api\n"))
        let history = HistoryText(try await fixture.records()).text
        #expect(history.split(separator: "\n").count == 3)
        #expect(history.contains("rolled-back"))
        let status = StatusText(try await EnvironmentStatus.read(fixture.context)).text
        #expect(status.contains("  runs      localhost/api@sha256:1, revision 3, release 1"))
        #expect(status.contains("  pods      2 of 2 available"))
        #expect(status.hasSuffix("  lock      free"))
    }
}
