import Foundation
import Journal
import Testing

@testable import Runner

/// Steps side by side.
@Suite struct BackgroundStepTests {
    /// Two steps that can only end if they run at the same time.
    @Test func stepsRunSideBySide() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - id: one
                      background: true
                      run: 'mkfifo a; read x < a; echo "got $x"; echo "v=$x" >> $GITHUB_OUTPUT; echo "E=$x" >> $GITHUB_ENV; echo /from/bg >> $GITHUB_PATH'
                    - run: 'until test -p a; do sleep 0.01; done; echo "[${{ steps.one.outcome }}] [$E]"; echo hello > a'
                    - wait: one
                    - run: 'echo "${{ steps.one.outputs.v }} ${{ steps.one.outcome }} $E ${PATH%%:*}"'
                    """
                )
            )
            #expect(run.record.conclusion == .success)
            let output = try run.output()
            #expect(output.contains("[] []\n"))
            #expect(output.contains("got hello\n"))
            #expect(output.contains("hello success hello /from/bg\n"))
            #expect(run.steps.sorted { $0.number < $1.number }.map(\.name).dropFirst(2).first == "Wait for one")
        }
    }

    @Test func whatIsLeftBehindCountsOnlyAfterTheWait() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - {id: quick, background: true, run: 'echo "E=1" >> $GITHUB_ENV; touch done'}
                    - run: 'until test -e done; do sleep 0.01; done; sleep 0.2; echo "before [$E] [${{ steps.quick.outcome }}]"'
                    - wait-all:
                    - run: 'echo "after [$E] [${{ steps.quick.outcome }}]"'
                    """
                )
            )
            let output = try run.output()
            #expect(output.contains("before [] []\n") && output.contains("after [1] [success]\n"))
        }
    }

    @Test func aFailureSurfacesAtTheWait() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - {id: bad, background: true, run: exit 3}
                    - run: echo goes on
                    - {wait: bad, id: w}
                    - run: echo skipped
                    - {if: always(), run: 'echo "${{ steps.bad.outcome }} ${{ steps.w.conclusion }} ${{ job.status }}"'}
                    """
                )
            )
            #expect(run.conclusions() == ["failure", "success", "failure", "skipped", "success"])
            #expect(run.record.conclusion == .failure)
            #expect(try run.output().contains("failure failure failure\n"))
        }
    }

    @Test(
        arguments: [
            "- {id: bad, background: true, continue-on-error: true, run: exit 3}\n- {wait: bad}",
            "- {id: bad, background: true, run: exit 3}\n- {wait: [bad], continue-on-error: true}",
            "- {id: off, background: true, if: false, run: exit 3}\n- {wait: off}\n- {wait-all: true}",
        ]
    )
    func aToleratedFailureDoesNotFailTheJob(steps: String) async throws {
        try await TestProject.with { project in
            let run = try await project.run(StepTests.job(steps + "\n- run: echo still here"))
            #expect(run.record.conclusion == .success)
            #expect(try run.output().contains("still here\n"))
        }
    }

    @Test func aFailureThatNobodyWaitsForFailsTheJob() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job("- {background: true, run: exit 3}\n- run: echo all the rest")
            )
            #expect(run.conclusions() == ["failure", "success"])
            #expect(run.record.conclusion == .failure)
        }
    }

    @Test func aStepThatIsCancelledOnPurposeDoesNotFailTheJob() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - {id: server, background: true, if: always(), run: 'trap "echo stopped; exit 0" INT; touch up; while :; do sleep 0.05; done'}
                    - run: 'until test -e up; do sleep 0.01; done'
                    - cancel: server
                    - run: 'echo "${{ steps.server.outcome }} ${{ job.status }}"'
                    """
                )
            )
            #expect(run.record.conclusion == .success)
            #expect(try run.output().contains("cancelled success\n"))
            #expect(try run.output().contains("stopped\n"))
        }
    }

    @Test func cancellingAStepThatFailedBeforeFailsTheJob() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - {id: s, background: true, run: 'touch failed; exit 2'}
                    - {id: t, background: true, run: 'until test -e failed; do sleep 0.01; done'}
                    - wait: t
                    - run: sleep 0.3
                    - cancel: s
                    """
                )
            )
            #expect(run.record.conclusion == .failure)
        }
    }

    @Test func aParallelGroupRunsAtOnceAndWaitsForAll() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job(
                    """
                    - parallel:
                        - {id: a, run: 'touch a; until test -e b; do sleep 0.01; done; echo "o=1" >> $GITHUB_OUTPUT'}
                        - {id: b, run: 'touch b; until test -e a; do sleep 0.01; done; echo "o=2" >> $GITHUB_OUTPUT'}
                    - run: 'echo "${{ steps.a.outputs.o }}${{ steps.b.outputs.o }}"'
                    """
                )
            )
            #expect(run.conclusions() == ["success", "success", "success", "success"])
            #expect(try run.output().contains("12\n"))
        }
    }

    @Test func noMoreThanTenRunAtOnce() async throws {
        try await TestProject.with { project in
            let steps = (0..<14).map { _ in
                "- {background: true, run: 'mkdir -p r; touch r/$$; sleep 0.3; ls r | wc -l >> ../counts; rm r/$$'}"
            }.joined(separator: "\n")
            let run = try await project.run(
                StepTests.job(steps + "\n- wait-all:\n- run: sort -n ../counts | tail -1")
            )
            #expect(run.record.conclusion == .success)
            let most = try #require(Int(run.output().split(separator: "\n").last.map(String.init) ?? ""))
            #expect(most > 1 && most <= 10)
        }
    }

    @Test func aCancelledJobEndsItsBackgroundSteps() async throws {
        try await TestProject.with { project in
            let stop = StopSignal()
            let run = try await project.run(
                StepTests.job(
                    """
                    - {background: true, run: 'echo up; while :; do sleep 0.05; done'}
                    - run: 'while :; do sleep 0.05; done'
                    - {if: always(), run: echo tidy}
                    """
                ),
                stop: stop,
                observer: OutputTrigger("up") { stop.stop(.cancelled) }
            )
            #expect(run.record.conclusion == .cancelled)
            #expect(run.conclusions() == ["cancelled", "cancelled", "success"])
        }
    }
}
