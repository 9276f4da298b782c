import Core
import Foundation
import Journal
import Testing

@testable import Runner

/// Runs of the built `slipway` whose engine is killed.
@Suite(.enabled(if: BuiltBinary.path != nil, "the slipway binary is not beside the tests"))
struct ResumeTests {
    private func effects(_ project: TestProject) -> String {
        (try? String(contentsOf: project.state.url.appending(path: "effects"), encoding: .utf8)) ?? ""
    }

    /// Everything that a run remembers between steps, and a secret that only a record can hold.
    private static let workflow = """
        on: push
        env: {OUT: "${{ github.event.after }}"}
        jobs:
          a:
            runs-on: linux
            outputs: {word: "${{ steps.two.outputs.word }}"}
            steps:
              - uses: actions/checkout@v4
              - run: |
                  echo one >> $SLIPWAY_DIR/effects
                  echo "FROM_ONE=1 and ${{ secrets.TOKEN }}" >> $GITHUB_ENV
                  mkdir bin; echo 'echo tool' > bin/tool; chmod +x bin/tool; echo "$PWD/bin" >> $GITHUB_PATH
                  echo "one's summary" >> $GITHUB_STEP_SUMMARY
              - id: two
                run: |
                  echo two >> $SLIPWAY_DIR/effects
                  echo "::add-mask::added-mask-value"
                  echo "::warning::careful"
                  echo "word=$(tool) $FROM_ONE" | sed 's/ and .*//' >> $GITHUB_OUTPUT
                  echo line-of-two
              - if: hashFiles('README.md') != ''
                run: |
                  echo three >> $SLIPWAY_DIR/effects
                  rm README.md
                  echo "added-mask-value ${{ secrets.TOKEN }}"
              - if: false
                run: echo never >> $SLIPWAY_DIR/effects
          b:
            needs: a
            runs-on: linux
            steps:
              - run: echo "b ${{ needs.a.outputs.word }}" >> $SLIPWAY_DIR/effects
        """

    private func check(_ project: TestProject, at point: String) async throws {
        let all = effects(project).split(separator: "\n").map(String.init)
        #expect(all == ["one", "two", "three", "b tool 1"], "\(point): \(all)")
        let logs = try await slipway(project, "logs", "latest").text
        #expect(logs.components(separatedBy: "\nline-of-two\n").count == 2, "\(point): \(logs)")
        #expect(logs.components(separatedBy: "\n*** ***\n").count == 2, "\(point): \(logs)")
        #expect(logs.components(separatedBy: "##[group]Run echo three").count == 2, "\(point): \(logs)")
        let json = try JSON(parsing: try await slipway(project, "runs", "latest", "--json").text)
        #expect(json["conclusion"]?.string == "success", "\(point)")
        let annotations = json["jobs"]?.array?.first?["annotations"]?.array ?? []
        #expect(annotations.map { $0["message"]?.string } == ["careful"], "\(point): \(annotations)")
        let run = try #require(json["id"]?.string)
        let summary = project.state.runs.appending(path: "\(run)/jobs/a/summary.md")
        #expect(try String(contentsOf: summary, encoding: .utf8) == "one's summary\n\n", "\(point)")
        #expect(!FileManager.default.fileExists(atPath: project.state.runs.appending(path: "\(run)/secrets").path))
    }

    #if DEBUG
        /// Kills the engine after its first record, then after its second, and so on, until a run needs no more of them; each
        /// is gone on with, and must end as if nothing had been.
        @Test(arguments: ["engine", "supervisor"])
        func aRunSurvivesItsEngineAtEveryRecord(who: String) async throws {
            try await TestProject.with([".github/workflows/ci.yml": Self.workflow]) { project in
                var killed = 0
                for number in 1..<100 {
                    try? FileManager.default.removeItem(at: project.state.url.appending(path: "effects"))
                    let point = "\(who):\(number)"
                    let first = try await slipway(
                        project,
                        "run",
                        "--secret",
                        "TOKEN=hunter2secret",
                        environment: [CrashPoint.variable: point]
                    )
                    if first.end == .exited(0) { break }
                    killed += 1
                    #expect(first.end == .signalled(SIGKILL), "\(point): \(first.text)")
                    let second = try await slipway(project, "run", "--resume", "latest")
                    #expect(second.end == .exited(0), "\(point): \(first.text)\n-- resumed --\n\(second.text)")
                    #expect(!second.text.contains("hunter2secret"))
                    try await check(project, at: point)
                }
                #expect(killed >= (who == "engine" ? 12 : 8), "only \(killed) records of \(who)")
            }
        }
    #endif

    @Test func aProcessThatLivesIsAdoptedAndItsLogHasNoGap() async throws {
        let workflow = """
            on: push
            jobs:
              a:
                runs-on: linux
                steps:
                  - run: |
                      for i in $(seq 1 20000); do echo "line $i"; done
                      kill -KILL $(cat $SLIPWAY_DIR/engine)
                      for i in $(seq 20001 40000); do echo "line $i"; done
                      until test -e $SLIPWAY_DIR/go; do sleep 0.05; done
                      echo "::set-output name=x::1"; echo done >> $SLIPWAY_DIR/effects
                  - run: echo after >> $SLIPWAY_DIR/effects
            """
        try await TestProject.with([".github/workflows/ci.yml": workflow]) { project in
            let binary = try #require(BuiltBinary.path)
            let killed = try await EngineProcess.run(binary, in: project)
            #expect(killed.end == .signalled(SIGKILL))
            #expect(try await slipway(project, "runs").text.contains("died"))
            async let resumed = slipway(project, "run", "--resume", "latest")
            try Data().write(to: project.state.url.appending(path: "go"))
            #expect(try await resumed.end == .exited(0))
            #expect(effects(project) == "done\nafter\n")
            let logs = try await slipway(project, "logs", "latest", "a/1").text
            let lines = logs.split(separator: "\n").filter { $0.hasPrefix("line ") }
            #expect(lines.count == 40000 && lines == (1...40000).map { "line \($0)" })
        }
    }

    /// Engine, supervisor and process are gone, as after a restart of the machine.
    @Test(arguments: [false, true])
    func aStepThatWasCutShortRunsAgainOnlyIfItMay(isIdempotent: Bool) async throws {
        let workflow = """
            on: push
            jobs:
              a:
                runs-on: linux
                steps:
                  - run: |
                      echo try >> $SLIPWAY_DIR/effects
                      test -e $SLIPWAY_DIR/second && exit 0
                      touch $SLIPWAY_DIR/second
                      kill -KILL $(cat $SLIPWAY_DIR/engine) $(ps -o ppid= -p $$); kill -KILL $$
                    env: {SLIPWAY_IDEMPOTENT: \(isIdempotent)}
            """
        try await TestProject.with([".github/workflows/ci.yml": workflow]) { project in
            let binary = try #require(BuiltBinary.path)
            _ = try await EngineProcess.run(binary, in: project)
            if !isIdempotent {
                let refused = try await slipway(project, "run", "--resume", "latest")
                #expect(refused.end == .exited(4) && refused.text.contains("--repeat"), "\(refused.text)")
                #expect(effects(project) == "try\n")
                #expect(try await slipway(project, "explain", "latest").text.contains("was cut short"))
            }
            let options = isIdempotent ? ["--resume", "latest"] : ["--resume", "latest", "--repeat"]
            let resumed = try await ToolRunner(environment: ProcessInfo.processInfo.environment)
                .run(binary, ["run"] + options, in: project.root.path)
            #expect(resumed.end == .exited(0), "\(resumed.text)")
            #expect(effects(project) == "try\ntry\n")
        }
    }

    @Test func cancelEndsARunWithAnEngineAndOneWithout() async throws {
        let workflow = """
            on: push
            jobs:
              a:
                runs-on: linux
                steps:
                  - run: |
                      echo $$ > $SLIPWAY_DIR/process; touch $SLIPWAY_DIR/started
                      test -e $SLIPWAY_DIR/kill && kill -KILL $(cat $SLIPWAY_DIR/engine)
                      sleep 300
                  - {if: always(), run: echo cleaned up}
            """
        try await TestProject.with([".github/workflows/ci.yml": workflow]) { project in
            let started = project.state.url.appending(path: "started").path
            async let running = slipway(project, "run")
            try await eventually { FileManager.default.fileExists(atPath: started) }
            let follower = Task { try await slipway(project, "logs", "-f", "latest") }
            let asked = try await slipway(project, "cancel", "latest", "--json")
            #expect(try JSON(parsing: asked.text)["outcome"]?.string == "requested")
            let ended = try await running
            #expect(ended.end == .exited(1) && ended.text.contains("cleaned up"), "\(ended.text)")
            #expect(try await follower.value.text.contains("cleaned up\n"))
            #expect(try await slipway(project, "cancel", "latest").end == .exited(2))

            try Data().write(to: project.state.url.appending(path: "kill"))
            let binary = try #require(BuiltBinary.path)
            let killed = try await EngineProcess.run(binary, in: project)
            #expect(killed.end == .signalled(SIGKILL))
            let text = try String(contentsOf: project.state.url.appending(path: "process"), encoding: .utf8)
            let process = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(kill(process, 0) == 0, "the supervisor keeps the step running")
            let cancelled = try await slipway(project, "cancel", "latest")
            #expect(cancelled.end == .exited(0) && cancelled.text.contains("it is cancelled"), "\(cancelled.text)")
            try await eventually { kill(process, 0) != 0 }
            #expect(try await slipway(project, "runs", "latest").text.contains("cancelled"))
        }
    }

    private func eventually(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition() {
            try #require(ContinuousClock.now < deadline, "it does not happen")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
