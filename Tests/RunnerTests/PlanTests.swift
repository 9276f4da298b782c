import Core
import Foundation
import Journal
import Testing
import Workflows

@testable import Runner

/// What is decided, and refused, before anything runs.
@Suite struct PlanTests {
    private func refusals(_ workflow: String, settings: RunSettings = RunSettings()) async throws -> [String] {
        var result: [String] = []
        try await TestProject.with { project in
            try project.write([".github/workflows/test.yml": workflow])
            let (_, prepared) = try await project.prepare(settings: settings)
            result = prepared.plan.refusals.map(\.text)
        }
        return result
    }

    @Test(
        arguments: [
            ("  a: {runs-on: macos-15, steps: [{run: echo}]}", "test.yml:3:16", "macos-15"),
            (
                "  a:\n    runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [ubuntu-latest, windows-latest]}}\n    steps: [{run: echo}]",
                "test.yml:4:14", "windows-latest"
            ),
            ("  a: {runs-on: linux, steps: [{run: echo, shell: cmd}]}", "test.yml:3:50", "cmd"),
        ]
    )
    func refusesWithThePlace(jobs: String, place: String, subject: String) async throws {
        let refusals = try await refusals("on: push\njobs:\n\(jobs)\n")
        #expect(refusals.count == 1)
        #expect(refusals.first?.contains(place) == true)
        #expect(refusals.first?.contains(subject) == true)
    }

    @Test(
        arguments: [
            "  a: {runs-on: macos-15, if: github.event_name == 'release', steps: [{run: echo}]}",
            "  a: {runs-on: [self-hosted, linux, x64, arm64], if: false, steps: [{uses: some/action@v1}]}",
            "  a: {runs-on: linux, if: false, steps: [{run: echo}]}\n  b: {needs: a, runs-on: windows-latest, steps: [{run: echo}]}",
        ]
    )
    func doesNotRefuseWhatWillNotRun(jobs: String) async throws {
        #expect(try await refusals("on: push\njobs:\n\(jobs)\n").isEmpty)
    }

    @Test func aRefusedRunRunsNothing() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                jobs:
                  a: {runs-on: linux, steps: [{run: 'touch $SLIPWAY_DIR/ran'}]}
                  b: {runs-on: windows-latest, steps: [{run: echo}]}
                """
            await #expect(throws: DiagnosticsError.self) { try await project.run(workflow) }
            #expect(!FileManager.default.fileExists(atPath: project.state.url.appending(path: "ran").path))
            var settings = RunSettings()
            settings.skipsUnsupported = true
            let run = try await project.run(workflow, settings: settings)
            #expect(try run.result("b") == "skipped")
            #expect(try run.job("b").message?.contains("windows-latest") == true)
            #expect(run.record.conclusion == .success)
        }
    }

    @Test(
        arguments: [
            ("push: {branches: [main]}", nil, "push", true), ("push: {branches: [other]}", nil, "push", false),
            ("push: {tags: ['v*']}", "refs/tags/v1.2.3", "push", true), ("push: {tags: ['v*']}", nil, "push", false),
            ("push: {paths: ['docs/**']}", nil, "push", false), ("push: {paths: ['README.md']}", nil, "push", true),
            ("pull_request: {}", nil, "pull_request", true), ("workflow_dispatch: {}", nil, "workflow_dispatch", true),
            ("release: {types: [published]}", "refs/tags/v1", "release", true),
            ("release: {types: [created]}", "refs/tags/v1", "release", false),
        ] as [(String, String?, String, Bool)]
    )
    func eventFiltersDecide(trigger: String, ref: String?, event: String, runs: Bool) async throws {
        try await TestProject.with { project in
            try await project.commit("base")
            try project.write(["README.md": "2\n"])
            try await project.commit("second")
            try project.write([
                ".github/workflows/test.yml": "on:\n  \(trigger)\njobs: {a: {runs-on: linux, steps: [{run: echo}]}}\n"
            ])
            var settings = RunSettings()
            settings.event = event
            settings.ref = ref
            let (_, prepared) = try await project.prepare(settings: settings)
            #expect(prepared.isTriggered == runs)
            #expect(prepared.reasons.isEmpty == false)
        }
    }

    @Test func theGithubContextIsFilledFromTheCheckout() async throws {
        try await TestProject.with { project in
            try await project.git("remote", "add", "origin", "git@example.com:team/service.git")
            let steps = """
                - run: |
                    echo "$GITHUB_REPOSITORY $GITHUB_REPOSITORY_OWNER $GITHUB_SERVER_URL $GITHUB_ACTOR"
                    echo "$GITHUB_REF $GITHUB_REF_NAME $GITHUB_REF_TYPE $GITHUB_WORKFLOW $GITHUB_RUN_NUMBER"
                    echo "${{ github.event.head_commit.message }} ${{ github.event.repository.default_branch }} ${{ github.event.forced }}"
                    grep -c full_name "$GITHUB_EVENT_PATH"
                    test "$GITHUB_SHA" = "${{ github.event.after }}" && test -n "$GITHUB_RUN_ID" && echo ok
                """
            let sha = try await project.git("rev-parse", "HEAD")
            let run = try await project.run(StepTests.job(steps))
            #expect(run.record.sha == sha)
            let expected = """
                team/service team https://example.com alice
                refs/heads/main main branch .github/workflows/test.yml 1
                first main false
                1
                ok

                """
            #expect(try run.output() == expected)
        }
    }

    @Test func payloadsAndInputsAreTaken() async throws {
        try await TestProject.with { project in
            let workflow = """
                on:
                  workflow_dispatch:
                    inputs:
                      level: {type: choice, options: [low, high], default: low}
                      dry: {type: boolean}
                      count: {type: number, default: 3}
                jobs:
                  a:
                    runs-on: linux
                    steps:
                      - run: echo "${{ inputs.level }} ${{ inputs.dry && 'dry' }} ${{ inputs.count + 0 || inputs.count }} ${{ github.event.inputs.level }}"
                """.replacing("inputs.count + 0 || ", with: "")
            var settings = RunSettings()
            settings.inputs = ["level": "high", "dry": "true"]
            let run3 = try await project.run(workflow, settings: settings)
            #expect(try run3.output() == "high dry 3 high\n")
            settings.inputs = ["level": "mid", "nope": "1"]
            await #expect(throws: DiagnosticsError.self) { try await project.run(workflow, settings: settings) }

            var event = RunSettings()
            event.payload = #"{"head_commit": {"message": "given"}, "custom": [1]}"#
            let steps = StepTests.job(
                "- run: echo '${{ github.event.head_commit.message }} ${{ github.event.custom[0] }} ${{ github.event.ref }}'"
            )
            let run4 = try await project.run(steps, settings: event)
            #expect(try run4.output() == "given 1 refs/heads/main\n")
            event.payload = "[1]"
            await #expect(throws: SlipwayError.self) { try await project.run(steps, settings: event) }
        }
    }

    @Test func mistakesInAFileAreAllReportedWithTheirPlaces() async throws {
        try await TestProject.with { project in
            let workflow =
                "on: push\njobs:\n  a:\n    runs-on: linux\n    needs: [b]\n    stepz: []\n    steps: [{run: '${{ nope }}'}]\n"
            let error = await #expect(throws: DiagnosticsError.self) { try await project.run(workflow) }
            let lines = Set(error?.diagnostics.map(\.location.line) ?? [])
            #expect(lines.isSuperset(of: [5, 6, 7]))
        }
    }

    @Test func aSingleJobRunsWithWhatItNeeds() async throws {
        try await TestProject.with { project in
            let job = "runs-on: linux, steps: [{run: echo}]"
            let workflow = "on: push\njobs:\n  a: {\(job)}\n  b: {needs: a, \(job)}\n  c: {\(job)}\n"
            var settings = RunSettings()
            settings.jobs = ["b"]
            let run = try await project.run(workflow, settings: settings)
            #expect(run.jobs.map(\.key) == ["a", "b"])
            settings.jobs = ["d"]
            await #expect(throws: SlipwayError.self) { try await project.run(workflow, settings: settings) }
        }
    }
}
