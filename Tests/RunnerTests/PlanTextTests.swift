import Core
import Foundation
import Testing

@testable import Runner

/// What `slipway plan` says.
@Suite struct PlanTextTests {
    private func plan(_ files: [String: String], settings: RunSettings = RunSettings()) async throws -> String {
        var text = ""
        try await TestProject.with(files) { project in
            let (_, prepared) = try await project.prepare(settings: settings)
            text = PlanText.text(prepared, TextStyle(isColored: false))
        }
        return text
    }

    @Test func eachDecisionIsToldWithItsValues() async throws {
        let workflow = """
            name: CI
            on: {push: {branches: [main]}}
            env: {MODE: fast}
            jobs:
              build:
                runs-on: ubuntu-latest
                strategy: {max-parallel: 2, matrix: {n: [1, 2]}}
                steps:
                  - run: make
                  - {name: Odd, if: matrix.n == 1, run: echo odd}
                  - {name: Slow, if: env.MODE == 'slow', run: echo slow}
                  - {name: Tell, if: failure(), run: echo bad}
                  - {if: steps.x.outputs.y == 'z', run: echo later}
              deploy:
                needs: build
                if: github.ref == 'refs/heads/main' && needs.build.outputs.ok
                environment: production
                concurrency: {group: "deploy-${{ github.ref_name }}", cancel-in-progress: true}
                runs-on: ubuntu-latest
                steps: [{run: echo}]
              never: {if: github.event_name == 'release', runs-on: windows-latest, steps: [{run: echo}]}
              after: {needs: never, runs-on: windows-latest, steps: [{run: echo}]}
            """
        let text = try await plan([".github/workflows/test.yml": workflow])
        let expected = """
            CI (.github/workflows/test.yml)
              push refs/heads/main: runs
                branches [main]: the branch is main
              • build
                  max-parallel: 2
                  · build (1)
                    runs-on: ubuntu-latest
                    1. Run make
                    2. Odd
                        if: success() && (matrix.n == 1)
                          = success() && (1 == 1)
                          → true if nothing before it fails
                    3. Slow  – skipped
                        if: success() && (env.MODE == 'slow')
                          = success() && ('fast' == 'slow')
                          → false
                    4. Tell
                        if: failure()
                          → false unless something before it fails
                    5. Run echo later
                        if: success() && (steps.x.outputs.y == 'z')
                          → decided during the run
                  · build (2)
                    runs-on: ubuntu-latest
                    1. Run make
                    2. Odd  – skipped
                        if: success() && (matrix.n == 1)
                          = success() && (2 == 1)
                          → false
                    3. Slow  – skipped
                        if: success() && (env.MODE == 'slow')
                          = success() && ('fast' == 'slow')
                          → false
                    4. Tell
                        if: failure()
                          → false unless something before it fails
                    5. Run echo later
                        if: success() && (steps.x.outputs.y == 'z')
                          → decided during the run
              • deploy  after build
                  if: success() && (github.ref == 'refs/heads/main' && needs.build.outputs.ok)
                    = success() && ('refs/heads/main' == 'refs/heads/main' && needs.build.outputs.ok)
                    → decided during the run
                  runs-on: ubuntu-latest
                  environment: production
                  concurrency: deploy-main (cancels what is in progress)
                  1. Run echo
              – never
                  if: success() && (github.event_name == 'release')
                    = true && ('push' == 'release')
                    → false
              – after  after never
                  if: success()
                    = false
                    → false

            """
        #expect(text == expected)
    }

    @Test func callsAreFollowedWithTheirInputs() async throws {
        let text = try await plan([
            ".github/workflows/test.yml": """
            on: push
            jobs:
              a: {uses: ./.github/workflows/callee.yml, with: {deep: true}}
              b: {runs-on: linux, outputs: {v: "1"}, steps: [{run: echo}]}
              c: {needs: b, uses: ./.github/workflows/callee.yml, with: {deep: "${{ needs.b.outputs.v == 1 }}"}}
              d: {needs: b, runs-on: linux, strategy: {matrix: "${{ fromJSON(needs.b.outputs.v) }}"}, steps: [{run: "echo ${{ matrix.x }}"}]}
            """,
            ".github/workflows/callee.yml": """
            on: {workflow_call: {inputs: {deep: {type: boolean}}}}
            jobs:
              x: {if: inputs.deep, runs-on: linux, steps: [{run: echo}]}
            """,
        ])
        #expect(text.contains("calls .github/workflows/callee.yml"))
        #expect(text.contains("= true && (true)\n") && text.contains("→ true\n"))
        #expect(text.contains("if: success() && (inputs.deep)\n              → decided during the run"))
        #expect(text.contains("matrix: known when the jobs before it are done"))
    }
}
