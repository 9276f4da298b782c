import Foundation
import Journal
import Synchronization
import Testing

@testable import Runner

@Suite struct ReporterTests {
    private final class Screen: Sendable {
        private let text = Mutex("")
        func write(_ more: String) { text.withLock { $0 += more } }
        var content: String { text.withLock { $0 } }
    }

    private static let workflow = """
        on: push
        jobs:
          a: {runs-on: linux, steps: [{name: Speak, run: 'echo spoken; echo "::group::G"; echo "::warning::careful"'}]}
          long-name: {needs: a, runs-on: linux, steps: [{run: echo failing; exit 1}, {name: Never, run: echo}]}
        """

    @Test func plainLinesCarryTheJobAndHideTheHeading() async throws {
        try await TestProject.with { project in
            let screen = Screen()
            let reporter = PlainReporter(style: TextStyle(isColored: false)) { screen.write($0) }
            _ = try await project.run(Self.workflow, observer: reporter)
            let lines = screen.content.split(separator: "\n").map(String.init)
            for line in [
                "a | → Speak", "a | spoken", "a | ▸ G", "a | Warning: careful",
                "long-name | Error: Process completed with exit code 1.",
                "long-name | – skipped: Never (success() is false)",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            #expect(!screen.content.contains("shell: "))
            #expect(!screen.content.contains("\u{1B}"))
        }
    }

    @Test func theLiveViewShowsTheLogOfAFailedStepAndTakesTheTableAway() async throws {
        try await TestProject.with { project in
            let screen = Screen()
            let reporter = LiveReporter(style: TextStyle(isColored: false), size: { (60, 10) }) { screen.write($0) }
            _ = try await project.run(Self.workflow, observer: reporter)
            let text = screen.content
            #expect(text.contains("✗ long-name › Run echo failing; exit 1"))
            #expect(text.contains("│ failing"))
            #expect(!text.contains("│ spoken") && !text.contains("shell: "))
            #expect(text.contains("warning a: careful"))
            let widest = text.split(whereSeparator: \.isNewline).map {
                $0.replacing(/\u{1B}\[[0-9]*[A-Z]/, with: "").count
            }.max()
            #expect((widest ?? 0) <= 120)
        }
    }

    @Test func theSummaryNamesVerdictDurationsAndAnnotations() async throws {
        try await TestProject.with { project in
            let run = try await project.run(Self.workflow)
            let summary = RunSummary(run: run.record, jobs: run.jobs, annotations: run.annotations, state: "/s")
            let text = summary.text(TextStyle(isColored: false))
            #expect(text.contains("✓ a          success"))
            #expect(text.contains("✗ long-name  failure"))
            #expect(text.contains("error long-name: Process completed with exit code 1."))
            #expect(text.contains("✗ failure after"))
            #expect(text.contains("slipway logs \(run.record.id)"))
        }
    }

    @Test(arguments: [(0.04, "0.0s"), (9.94, "9.9s"), (59.4, "59s"), (61, "1m 01s"), (3725, "1h 02m")])
    func durationsAreShort(seconds: Double, text: String) {
        #expect(DurationFormat.text(seconds) == text)
    }
}
