import Core
import Foundation
import Journal
import Synchronization
import Testing

@testable import Runner

private struct Protected: EnvironmentPolicy {
    func rules(for environment: String) async throws -> EnvironmentRules {
        var rules = EnvironmentRules()
        rules.needsApproval = environment == "production"
        return rules
    }
}

private struct Refusal: Approver {
    func decide(_ request: ApprovalRequest) async throws -> ApprovalDecision? {
        ApprovalDecision(isApproved: false, by: "bob", how: "prompt")
    }
}

@Suite struct ApprovalTests {
    private static let workflow = """
        on: push
        jobs:
          build: {runs-on: ubuntu-latest, steps: [{run: echo built}]}
          stage: {needs: build, environment: staging, runs-on: ubuntu-latest, steps: [{run: 'echo "[$SLIPWAY_APPROVAL]"'}]}
          prod: {needs: stage, environment: {name: production, url: http://x}, runs-on: ubuntu-latest, steps: [{run: echo $SLIPWAY_APPROVAL}]}
          after: {needs: prod, runs-on: ubuntu-latest, steps: [{run: echo}]}
        """

    @Test func withoutAPersonTheRunWaitsAndKeepsWhatIsDone() async throws {
        try await TestProject.with { project in
            let run = try await project.run(Self.workflow, policy: Protected())
            #expect(run.record.status == .waiting && run.record.conclusion == nil)
            #expect(try run.result("stage") == "success")
            #expect(try run.job("prod").status == .waiting)
            #expect(!run.jobs.contains { $0.key == "after" })
            #expect(try run.output("stage") == "[]\n")
        }
    }

    @Test func anApprovalIsRecordedAndHandedToTheSteps() async throws {
        try await TestProject.with { project in
            let run = try await project.run(Self.workflow, policy: Protected(), approver: StandingApproval(by: "alice"))
            #expect(run.record.conclusion == .success)
            let approval = try #require(run.approvals.first)
            #expect((approval.environment, approval.decidedBy, approval.how) == ("production", "alice", "--yes"))
            #expect(run.approvals.count == 1)
            let json = try JSON(parsing: try run.output("prod"))
            #expect(json["environment"] == "production" && json["by"] == "alice")
            #expect(json["via"] == .string("run \(run.record.id)"))
            #expect(json["at"]?.string?.hasSuffix("Z") == true)
        }
    }

    @Test func aRejectionFailsTheJob() async throws {
        try await TestProject.with { project in
            let run = try await project.run(Self.workflow, policy: Protected(), approver: Refusal())
            #expect(try run.result("prod") == "failure")
            #expect(try run.result("after") == "skipped")
            #expect(run.approvals.map(\.decision) == [.rejected])
        }
    }
}

@Suite struct ReuseTests {
    private static let workflow = """
        on: push
        permissions: {contents: read}
        jobs:
          a:
            runs-on: ubuntu-latest
            outputs: {v: "${{ steps.s.outputs.v }}"}
            steps:
              - uses: actions/checkout@v4
              - id: s
                run: echo ran >> $SLIPWAY_DIR/count-a; echo v=1 >> $GITHUB_OUTPUT; echo data > f; echo "# S" >> $GITHUB_STEP_SUMMARY
              - uses: actions/upload-artifact@v4
                with: {path: f}
          b:
            needs: a
            runs-on: ubuntu-latest
            steps:
              - uses: actions/download-artifact@v4
                with: {name: artifact}
              - run: echo ran >> $SLIPWAY_DIR/count-b; cat f; echo ${{ needs.a.outputs.v }} ${{ vars.MODE }}
          secret: {runs-on: ubuntu-latest, steps: [{run: 'echo ran >> $SLIPWAY_DIR/count-secret', env: {T: "${{ secrets.T }}"}}]}
          env: {environment: x, runs-on: ubuntu-latest, steps: [{run: 'echo ran >> $SLIPWAY_DIR/count-env'}]}
          writes: {permissions: {packages: write}, runs-on: ubuntu-latest, steps: [{run: 'echo ran >> $SLIPWAY_DIR/count-writes'}]}
        """

    private func counts(_ project: TestProject) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: ["a", "b", "secret", "env", "writes"].map { name in
                let text = try? String(contentsOf: project.state.url.appending(path: "count-\(name)"), encoding: .utf8)
                return (name, text?.split(separator: "\n").count ?? 0)
            }
        )
    }

    @Test func anUnchangedJobIsAnsweredFromTheJournal() async throws {
        try await TestProject.with { project in
            try project.write([".github/workflows/test.yml": Self.workflow])
            try await project.commit("workflow")
            let first = try await project.run(Self.workflow)
            var settings = RunSettings()
            settings.reusesResults = true
            let second = try await project.run(Self.workflow, settings: settings)
            #expect(counts(project) == ["a": 1, "b": 1, "secret": 2, "env": 2, "writes": 2])
            #expect(try second.job("a").reusedFrom == first.record.id)
            #expect(try second.job("a").outputs == ["v": "1"])
            #expect(try second.job("b").reusedFrom == first.record.id)
            #expect(second.record.conclusion == .success)
            let folder = project.state.runs.appending(path: second.record.id)
            #expect(try second.everything().contains("data\n"))
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: "jobs/a/summary.md").path))

            // A variable that b sees, and then the source: what depends on them runs again.
            settings.variables = ["MODE": "x"]
            _ = try await project.run(Self.workflow, settings: settings)
            #expect(counts(project)["b"] == 2)
            settings.variables = [:]
            try project.write(["README.md": "changed\n"])
            let changed = try await project.run(Self.workflow, settings: settings)
            #expect(try changed.job("a").reusedFrom == nil)
            let again = try await project.run(Self.workflow, settings: settings)
            #expect(try again.job("a").reusedFrom == changed.record.id)
            // Without being asked for, nothing is reused.
            let plain = try await project.run(Self.workflow)
            #expect(try plain.job("a").reusedFrom == nil)
        }
    }

    @Test func aFailedJobIsNeverReused() async throws {
        try await TestProject.with { project in
            let workflow = StepTests.job("- run: echo ran >> $SLIPWAY_DIR/count-a; exit 1")
            var settings = RunSettings()
            settings.reusesResults = true
            for _ in 0..<2 { _ = try await project.run(workflow, settings: settings) }
            #expect(counts(project)["a"] == 2)
        }
    }
}
