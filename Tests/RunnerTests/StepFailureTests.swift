import Foundation
import Testing

@testable import Runner

/// What a step or a job makes of a failure that is not a process's.
@Suite struct StepFailureTests {
    @Test func continueOnErrorHoldsForAStepThatCannotStart() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - {id: one, run: 'true', working-directory: nowhere, continue-on-error: true}
                    - run: echo "${{ steps.one.outcome }} ${{ steps.one.conclusion }} ${{ job.status }}"
                    """
                )
            )
            #expect(run.record.conclusion == .success)
            #expect(try run.output().contains("failure success success\n"))
        }
    }

    @Test func aConditionThatCannotBeEvaluatedFailsTheStepWhateverItTolerates() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job("- {if: \"fromJSON('{') == 1\", run: 'true', continue-on-error: true}")
            )
            #expect(run.conclusions() == ["failure"])
            #expect(run.annotations.count == 1)
        }
    }

    @Test(
        arguments: [
            ("{run: 'true', working-directory: nowhere}", "The working directory"),
            (
                "{name: Slow, run: sleep 60, timeout-minutes: 0.002}",
                "The action 'Slow' has timed out after 0.002 minutes."
            ),
            ("{uses: ./nowhere}", "nowhere"),
        ]
    )
    func everyErrorIsAnAnnotationInTheJournal(step: String, message: String) async throws {
        try await TestProject.with { project in
            let run = try await project.run(StepTests.job("- \(step)"))
            #expect(run.record.conclusion == .failure)
            #expect(run.annotations.map(\.level) == [.error])
            #expect(run.annotations.first?.message.contains(message) == true, "\(run.annotations)")
            #expect(run.annotations.first?.stepNumber == 1)
        }
    }

    /// As with GitHub's runner, whose "Set up job" fails the job before any step.
    @Test func noStepRunsWhereAnActionCannotBeHad() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - run: echo one
                    - {if: always(), run: echo two}
                    - {if: false, uses: nobody/nothing@v1}
                    """
                )
            )
            #expect(run.record.conclusion == .failure)
            #expect(run.steps.map(\.name) == ["Set up actions"])
            #expect(run.annotations.count == 1)
        }
    }

    @Test func aMatcherOfABackgroundStepStaysForThoseAfterTheWait() async throws {
        let matcher = #"{"problemMatcher": [{"owner": "NAME", "pattern": [{"regexp": "^NAME: (.*)$", "message": 1}]}]}"#
        try await TestProject.with(
            ["m.json": matcher.replacing("NAME", with: "oops"), "o.json": matcher.replacing("NAME", with: "gone")]
        ) { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - uses: actions/checkout@v4
                    - run: echo "::add-matcher::o.json"
                    - id: bg
                      background: true
                      run: |
                        echo "::add-matcher::m.json"
                        echo "::remove-matcher owner=gone::"
                    - wait: bg
                    - run: |
                        echo "oops: found"
                        echo "gone: not found"
                    """
                )
            )
            #expect(run.record.conclusion == .success)
            #expect(run.annotations.map(\.message) == ["found"])
        }
    }
}
