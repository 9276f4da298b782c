import Core
import Foundation
import Journal
import Testing

@testable import Runner

/// Order, results and contexts of jobs.
@Suite struct GraphTests {
    @Test func skippedAndFailedJobsPropagateAsOnGitHub() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                jobs:
                  ok: {runs-on: ubuntu-latest, steps: [{run: echo}]}
                  bad: {runs-on: ubuntu-latest, steps: [{run: exit 1}]}
                  soft: {runs-on: ubuntu-latest, continue-on-error: true, steps: [{run: exit 1}]}
                  off: {runs-on: ubuntu-latest, if: "github.ref == 'refs/heads/x'", steps: [{run: echo}]}
                  after-bad: {needs: bad, runs-on: ubuntu-latest, steps: [{run: echo}]}
                  after-off: {needs: off, runs-on: ubuntu-latest, steps: [{run: echo}]}
                  far: {needs: after-off, runs-on: ubuntu-latest, steps: [{run: echo}]}
                  after-soft: {needs: soft, runs-on: ubuntu-latest, steps: [{run: "echo ${{ needs.soft.result }}"}]}
                  on-failure: {needs: after-bad, if: failure(), runs-on: ubuntu-latest, steps: [{run: echo}]}
                  not-this: {needs: [ok, bad], if: "failure('ok')", runs-on: ubuntu-latest, steps: [{run: echo}]}
                  last:
                    needs: [ok, bad, off, after-bad, after-off]
                    if: always()
                    runs-on: ubuntu-latest
                    steps:
                      - run: echo "${{ join(needs.*.result, ',') }}"
                """
            let run = try await project.run(workflow)
            let results = Dictionary(run.jobs.map { ($0.key, $0.result?.rawValue ?? "") }, uniquingKeysWith: { $1 })
            #expect(
                results == [
                    "ok": "success", "bad": "failure", "soft": "failure", "off": "skipped", "after-bad": "skipped",
                    "after-off": "skipped", "far": "skipped", "after-soft": "success", "on-failure": "success",
                    "not-this": "skipped", "last": "success",
                ]
            )
            #expect(try run.output("last") == "success,failure,skipped,skipped,skipped\n")
            #expect(try run.output("after-soft") == "failure\n")
            #expect(run.record.conclusion == .failure)
            #expect(try run.job("off").message?.contains("'refs/heads/main' == 'refs/heads/x'") == true)
        }
    }

    @Test func aTolerableFailureLeavesTheRunSuccessful() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                "on: push\njobs:\n  a: {runs-on: linux, continue-on-error: true, steps: [{run: exit 1}]}\n"
            )
            #expect(run.record.conclusion == .success)
        }
    }

    @Test func outputsPassOnAndEmptyOnesDoNot() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    outputs: {v: "${{ steps.s.outputs.v }}", none: "${{ steps.s.outputs.nothing }}"}
                    steps: [{id: s, run: 'echo v=from-a >> $GITHUB_OUTPUT'}]
                  b:
                    needs: a
                    runs-on: ubuntu-latest
                    env: {COPY: "${{ needs.a.outputs.v }}"}
                    steps: [{run: 'echo "$COPY [${{ needs.a.outputs.none }}]"'}]
                """
            let run = try await project.run(workflow)
            #expect(try run.job("a").outputs == ["v": "from-a"])
            #expect(try run.output("b") == "from-a []\n")
        }
    }

    @Test func matricesFromOutputsWithStrategyContextAndNames() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                jobs:
                  plan:
                    runs-on: ubuntu-latest
                    outputs: {m: "${{ steps.s.outputs.m }}"}
                    steps: [{id: s, run: "echo 'm={\\"v\\":[1,2],\\"include\\":[{\\"v\\":2,\\"w\\":\\"x\\"}]}' >> $GITHUB_OUTPUT"}]
                  a:
                    needs: plan
                    strategy:
                      max-parallel: 1
                      matrix: ${{ fromJSON(needs.plan.outputs.m) }}
                    runs-on: ubuntu-latest
                    steps: [{run: 'echo "${{ matrix.v }}${{ matrix.w }} ${{ strategy.job-index }}/${{ strategy.job-total }}"'}]
                """
            let run = try await project.run(workflow)
            #expect(run.jobs.map(\.name) == ["plan", "a (1)", "a (2)"])
            #expect(try run.output("a-1") == "1 0/2\n")
            #expect(try run.output("a-2") == "2x 1/2\n")
            let first = try #require(try run.job("a-1").endedAt)
            #expect(try #require(try run.job("a-2").startedAt) >= first)
        }
    }

    @Test func independentJobsRunSideBySideUpToTheCores() async throws {
        try await TestProject.with { project in
            // Each waits for a sign of the other: only together can they end.
            let job = """
                runs-on: ubuntu-latest
                    timeout-minutes: 0.5
                    steps: [{run: 'touch "$SLIPWAY_DIR/$GITHUB_JOB"; until test -e "$SLIPWAY_DIR/$OTHER"; do read -t 0.05 <> <(:) || true; done', shell: 'bash {0}', env: {OTHER: @}}]
                """
            let workflow =
                "on: push\njobs:\n  x:\n    \(job.replacing("@", with: "y"))\n  y:\n    \(job.replacing("@", with: "x"))\n"
            let run = try await project.run(workflow)
            #expect(run.record.conclusion == .success)
        }
    }

    @Test func aFailedLegCancelsItsSiblingsUnlessToldOtherwise() async throws {
        try await TestProject.with { project in
            func workflow(_ failFast: Bool) -> String {
                """
                on: push
                jobs:
                  a:
                    strategy: {fail-fast: \(failFast), matrix: {n: [1, 2]}}
                    runs-on: ubuntu-latest
                    steps:
                      - run: if [ ${{ matrix.n }} = 1 ]; then until test -e $SLIPWAY_DIR/go; do read -t 0.05 <> <(:) || true; done; exit 1; fi
                        shell: bash {0}
                      - run: touch $SLIPWAY_DIR/go; \(failFast ? "sleep 120" : "echo")
                      - run: echo cleaned
                        if: cancelled()
                """
            }
            let fast = try await project.run(workflow(true))
            #expect(try fast.result("a-1") == "failure")
            #expect(try fast.result("a-2") == "cancelled")
            #expect(fast.conclusions("a-2") == ["success", "cancelled", "success"])
            try? FileManager.default.removeItem(at: project.state.url.appending(path: "go"))
            let slow = try await project.run(workflow(false))
            #expect(try slow.result("a-2") == "success")
        }
    }

    @Test func cancellingStopsStepsAndStillRunsAlways() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - run: trap 'echo interrupted; exit 1' INT; echo ready; sleep 300 & wait
                      - run: echo no
                      - run: echo always ${{ job.status }}
                        if: always()
                      - run: echo failure
                        if: failure()
                  b: {needs: a, runs-on: ubuntu-latest, steps: [{run: echo}]}
                  c: {needs: a, if: always(), runs-on: ubuntu-latest, steps: [{run: echo}]}
                """
            let stop = StopSignal()
            let run = try await project.run(
                workflow,
                stop: stop,
                observer: OutputTrigger("ready") { stop.stop(.cancelled) }
            )
            #expect(run.record.conclusion == .cancelled)
            #expect(run.conclusions() == ["cancelled", "skipped", "success", "skipped"])
            #expect(try run.output().contains("interrupted\n"))
            #expect(try run.output().contains("always cancelled\n"))
            #expect(try run.result("b") == "cancelled")
        }
    }

    @Test func aStepThatAlwaysRunsIsNotStoppedByACancel() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - if: always()
                        run: echo ready; read -t 1 <> <(:) || true; echo done
                        shell: bash {0}
                """
            let stop = StopSignal()
            let run = try await project.run(
                workflow,
                stop: stop,
                observer: OutputTrigger("ready") { stop.stop(.cancelled) }
            )
            #expect(try run.output().hasSuffix("ready\ndone\n"))
            #expect(try run.result("a") == "cancelled")
        }
    }

    @Test func aJobThatTakesTooLongIsCancelled() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    timeout-minutes: 0.01
                    steps: [{run: sleep 300}, {if: always(), run: echo end}]
                """
            let run = try await project.run(workflow)
            #expect(try run.result("a") == "cancelled")
            #expect(run.conclusions() == ["cancelled", "success"])
            #expect(try run.job("a").message?.contains("exceeded the maximum execution time") == true)
        }
    }

    @Test func whatAJobLeavesRunningEndsWithIt() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job("- run: setsid sleep 300 > /dev/null 2>&1 & echo $!\n- run: kill -0 $(pgrep -n sleep)")
            )
            let text = try run.output().split(separator: "\n").first.map(String.init) ?? ""
            let process = try #require(pid_t(text))
            let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            #expect(state.isEmpty || state.contains(") Z "))
        }
    }

    @Test func onlyOneOfAConcurrencyGroupRunsAtATime() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                jobs:
                  a: &job
                    concurrency: GROUP
                    runs-on: ubuntu-latest
                    steps: [{run: 'mkdir $SLIPWAY_DIR/only && read -t 0.2 <> <(:) || true; rmdir $SLIPWAY_DIR/only', shell: 'bash -e {0}'}]
                  b: *job
                """
            let run = try await project.run(workflow)
            #expect(run.record.conclusion == .success)
        }
    }

    @Test func aRunThatIsWantedAgainStopsTheOneBefore() async throws {
        try await TestProject.with { project in
            @Sendable func workflow(_ step: String) -> String {
                """
                on: push
                concurrency: {group: "g-${{ github.ref }}", cancel-in-progress: true}
                jobs: {a: {runs-on: ubuntu-latest, steps: [{run: \(step)}]}}
                """
            }
            let started = StopSignal()
            @Sendable func firstRun() async throws -> TestRun {
                defer { started.stop(.cancelled) }
                return try await project.run(
                    workflow("'echo ready; sleep 300'"),
                    observer: OutputTrigger("ready") { started.stop(.cancelled) }
                )
            }
            async let first = firstRun()
            await started.wait()
            let second = try await project.run(workflow("echo"))
            #expect(second.record.conclusion == .success)
            #expect(try await first.record.conclusion == .cancelled)
        }
    }
}
