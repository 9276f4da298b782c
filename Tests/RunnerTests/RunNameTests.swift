import Core
import Foundation
import Journal
import Testing

@testable import Runner

/// `run-name`.
@Suite struct RunNameTests {
    private static func workflow(_ runName: String) -> String {
        """
        name: CI
        run-name: \(runName)
        on:
          push:
          workflow_dispatch: {inputs: {target: {default: staging}}}
        jobs: {a: {runs-on: linux, steps: [{run: echo}]}}
        """
    }

    @Test(
        arguments: [
            (
                "Deploy to ${{ inputs.target }} by @${{ github.actor }}", "workflow_dispatch",
                "Deploy to staging by @alice"
            ),
            ("'${{ github.workflow }} ${{ github.event_name }} #${{ github.run_number }}'", "push", "CI push #1"),
            ("Deploy ${{ inputs.target || github.ref_name }}", "push", "Deploy main"),
            ("'${{ vars.NONE }}  '", "push", nil),
            ("token ${{ vars.TOKEN }}", "push", "token ***"),
        ] as [(String, String, String?)]
    )
    func namesTheRun(runName: String, event: String, expected: String?) async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.event = event
            settings.secrets = ["TOKEN": Secret("hunter2secret")]
            settings.variables = ["TOKEN": "hunter2secret"]
            let run = try await project.run(Self.workflow(runName), settings: settings)
            #expect(run.record.title == expected)
            #expect(run.record.displayTitle == expected ?? "CI")
            let stored = try await Journal(at: project.state.journal).runs(limit: 1).first
            #expect(stored?.title == expected)
        }
    }

    @Test func aNameThatCannotBeEvaluatedStartsNoJob() async throws {
        try await TestProject.with { project in
            let run = try await project.run(Self.workflow("${{ fromJSON(github.ref_name) }}"))
            #expect(run.record.conclusion == .failure)
            #expect(run.jobs.isEmpty)
            #expect(run.record.message?.hasPrefix("The run's name could not be evaluated: ") == true)
        }
    }

    @Test(.enabled(if: BuiltBinary.path != nil, "the slipway binary is not beside the tests"))
    func commandsShowIt() async throws {
        let file = [".github/workflows/ci.yml": Self.workflow("Build of ${{ github.ref_name }}")]
        try await TestProject.with(file) { project in
            #expect(try await slipway(project, "run").text.hasPrefix("Build of main: push refs/heads/main"))
            #expect(try await slipway(project, "runs").text.contains("CI #1 \"Build of main\""))
            #expect(try await slipway(project, "runs", "latest").text.contains("Build of main · push"))
            let json = try JSON(parsing: try await slipway(project, "runs", "--json").text)
            #expect(json.array?.first?["title"]?.string == "Build of main")
        }
    }
}
