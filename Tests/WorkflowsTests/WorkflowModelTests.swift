import Core
import Testing

@testable import Workflows

@Suite struct WorkflowModelTests {
    private let text = """
        name: CI
        run-name: Build of ${{ github.ref_name }}
        on:
          push:
            branches: [main, 'release/**']
            tags: v*
          pull_request:
          workflow_dispatch:
            inputs:
              level:
                type: choice
                options: [low, high]
                default: low
          schedule:
            - cron: '30 5 * * 1,3'
              timezone: Europe/Berlin
        permissions:
          contents: read
        env:
          VERSION: 1.10
          FLAG: TRUE
        concurrency:
          group: ci-${{ github.ref }}
          cancel-in-progress: true
        defaults:
          run:
            shell: bash
        jobs:
          build:
            runs-on: ${{ matrix.os }}
            strategy:
              fail-fast: false
              matrix:
                os: [ubuntu-latest, ubuntu-22.04]
            outputs:
              version: ${{ steps.version.outputs.value }}
            steps:
              - uses: actions/checkout@v4
              - id: version
                run: echo "value=1" >> "$GITHUB_OUTPUT"
              - run: echo two
                if: matrix.os == 'x' || failure()
                timeout-minutes: 5
              - uses: ./.github/actions/local
                with:
                  count: 3
          deploy:
            needs: build
            if: github.ref == 'refs/heads/main'
            uses: ./.github/workflows/deploy.yml
            with:
              replicas: 3
              version: ${{ needs.build.outputs.version }}
            secrets: inherit
        """

    @Test func readsAWholeWorkflow() throws {
        let workflow = try WorkflowParser.parse(text, path: "ci.yml").get()
        #expect(workflow.displayName == "CI")
        #expect(workflow.triggers.map(\.event) == ["push", "pull_request", "workflow_dispatch", "schedule"])
        #expect(workflow.trigger("push")?.branches?.patterns.map(\.value) == ["main", "release/**"])
        #expect(workflow.trigger("push")?.tags?.patterns.map(\.value) == ["v*"])
        #expect(workflow.trigger("schedule")?.schedules.first?.timezone?.value == "Europe/Berlin")
        #expect(workflow.trigger("workflow_dispatch")?.inputs.first?.options.map(\.value) == ["low", "high"])
        #expect(workflow.permissions == .scopes(["contents": .read]))
        #expect(workflow.jobs.map(\.id) == ["build", "deploy"])

        let build = try #require(workflow.job("BUILD"))
        #expect(build.location == SourceLocation(file: "ci.yml", line: 29, column: 3))
        #expect(build.steps.map(\.contextName) == ["__actions_checkout", "version", "__run", "__self"])
        #expect(
            build.steps[0].uses?.reference
                == .repository(owner: "actions", name: "checkout", path: "", ref: "v4")
        )
        #expect(build.steps[2].condition.effectiveText == "matrix.os == 'x' || failure()")
        #expect(build.steps[0].condition.effectiveText == "success()")
        #expect(try build.steps[2].timeoutMinutes?.number(in: EvaluationContext()) == 5)
        #expect(
            try build.steps[3].uses?.with?.evaluateStrings(in: EvaluationContext()).map(\.value) == ["3"]
        )

        let deploy = try #require(workflow.job("deploy"))
        #expect(deploy.condition.effectiveText == "success() && (github.ref == 'refs/heads/main')")
        #expect(deploy.call?.reference == .local(path: ".github/workflows/deploy.yml"))
        let context = EvaluationContext(["needs": ["build": ["outputs": ["version": "1.2"]]]])
        #expect(try deploy.call?.with?.evaluate(in: context).json == "{\n  \"replicas\": 3,\n  \"version\": \"1.2\"\n}")
    }

    @Test func keepsNumbersAndBooleansAsGitHubDoes() throws {
        let workflow = try WorkflowParser.parse(text, path: "ci.yml").get()
        let env = try #require(try workflow.env?.evaluateStrings(in: EvaluationContext()))
        #expect(env.map { "\($0.name)=\($0.value)" } == ["VERSION=1.1", "FLAG=true"])
    }

    @Test func expandsTheMatrixAndNamesItsLegs() throws {
        let workflow = try WorkflowParser.parse(text, path: "ci.yml").get()
        let build = try #require(workflow.job("build"))
        let plan = try #require(try build.strategy?.expand(in: EvaluationContext()))
        #expect(!plan.failFast)
        #expect(
            try plan.legs.map { try build.displayName(of: $0, in: EvaluationContext()) } == [
                "build (ubuntu-latest)", "build (ubuntu-22.04)",
            ]
        )
    }

    @Test func findsUnknownKeysWithTheNearestRightOne() {
        let parsed = WorkflowParser.parse(
            "on: push\njobs:\n  a:\n    runs-on: x\n    timeout-minute: 3\n    steps:\n      - rum: x\n",
            path: "w.yml"
        )
        #expect(
            parsed.diagnostics.map(\.text).sorted() == [
                "w.yml:5:5: error: Unknown key \"timeout-minute\" in a job [unknown-key]\n"
                    + "    Did you mean \"timeout-minutes\"?",
                "w.yml:7:9: error: A step needs one of \"run\", \"uses\", \"wait\", \"wait-all\", \"cancel\", \"parallel\""
                    + " [missing-key]",
                "w.yml:7:9: error: Unknown key \"rum\" in a step [unknown-key]\n    Did you mean \"run\"?",
            ]
        )
    }
}
