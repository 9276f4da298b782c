import Core
import Foundation
import Journal
import Testing

@testable import Runner

@Suite(.enabled(if: BuiltBinary.path != nil, "the slipway binary is not beside the tests"))
struct RerunTests {
    private func effects(_ project: TestProject) -> [String] {
        let text = (try? String(contentsOf: project.state.url.appending(path: "effects"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private static let workflow = """
        name: CI
        on: push
        jobs:
          build:
            runs-on: linux
            outputs: {version: "${{ steps.v.outputs.v }}"}
            steps:
              - id: v
                run: |
                  echo build >> $SLIPWAY_DIR/effects
                  echo v=7 >> $GITHUB_OUTPUT
                  mkdir out; echo made > out/file
              - uses: actions/upload-artifact@v4
                with: {name: out, path: out}
          test:
            needs: build
            runs-on: linux
            steps:
              - run: |
                  echo "prepare $(ls | wc -l)" >> $SLIPWAY_DIR/effects
                  echo first > file; echo "KEPT=yes" >> $GITHUB_ENV
              - id: check
                run: |
                  echo "check $KEPT $(cat file) ${{ needs.build.outputs.version }}" >> $SLIPWAY_DIR/effects
                  echo second > file
                  echo "main.c:3: error: no such thing"
                  test -e $SLIPWAY_DIR/fixed
              - run: echo never; exit 0
          deploy:
            needs: test
            runs-on: linux
            steps:
              - uses: actions/download-artifact@v4
                with: {name: out}
              - run: echo "deploy $(cat file) attempt ${{ github.run_attempt }}" >> $SLIPWAY_DIR/effects
          other:
            if: github.ref == 'refs/heads/nowhere'
            runs-on: linux
            steps: [{run: echo other}]
        """

    private func fix(_ project: TestProject) throws {
        try Data().write(to: project.state.url.appending(path: "fixed"))
        try FileManager.default.removeItem(at: project.state.url.appending(path: "effects"))
    }

    @Test func whatFailedRunsAgainAsTheNextAttempt() async throws {
        try await TestProject.with([".github/workflows/ci.yml": Self.workflow]) { project in
            #expect(try await slipway(project, "run").end == .exited(1))
            #expect(effects(project) == ["build", "prepare 0", "check yes first 7"])
            let first = try JSON(parsing: try await slipway(project, "runs", "latest", "--json").text)
            try fix(project)
            // The attempt runs what the run was started with, whatever the files say now.
            try project.write([".github/workflows/ci.yml": "on: push\njobs: {}\n"])
            let again = try await slipway(project, "run", "--rerun-failed", "latest")
            #expect(again.end == .exited(0), "\(again.text)")
            #expect(effects(project) == ["prepare 0", "check yes first 7", "deploy made attempt 2"])
            let second = try JSON(parsing: try await slipway(project, "runs", "latest", "--json").text)
            #expect(second["number"] == first["number"] && second["attempt"]?.int == 2)
            #expect(second["origin"] == first["id"])
            #expect(try await slipway(project, "run", "--rerun-failed", "latest").end == .exited(2), "nothing failed")
            let artifacts = try JSON(parsing: try await slipway(project, "artifacts", "latest", "--json").text)
            #expect(artifacts.array?.map { $0["name"]?.string } == ["out"])
            #expect(try await slipway(project, "artifacts", "latest", "out", "--extract", "here").end == .exited(0))
            let extracted = project.root.appending(path: "here/file")
            #expect(try String(contentsOf: extracted, encoding: .utf8) == "made\n")
            #expect(try await slipway(project, "artifacts", "latest", "out", "--extract", "here").end == .exited(2))
            #expect(try await slipway(project, "artifacts", "#1").text.contains("out  1 file"), "a run by its number")
        }
    }

    @Test func aRunCanBeginInTheMiddleWithTheFilesBeforeIt() async throws {
        try await TestProject.with([".github/workflows/ci.yml": Self.workflow]) { project in
            #expect(try await slipway(project, "run").end == .exited(1))
            try fix(project)
            let again = try await slipway(project, "run", "--from", "test/check")
            #expect(again.end == .exited(0), "\(again.text)")
            #expect(effects(project) == ["check yes first 7", "deploy made attempt 2"], "\(again.text)")
            let logs = try await slipway(project, "logs", "latest", "test/1").text
            #expect(logs.contains("KEPT=yes"), "the steps before keep their logs")
            // The first run's files have been replaced by the second's.
            let first = try JSON(parsing: try await slipway(project, "runs", "--json").text).array?.last?["id"]?.string
            let refused = try await slipway(project, "run", "--from", "test/2", "--run", try #require(first))
            #expect(refused.end == .exited(3) && refused.text.contains("has run again since"), "\(refused.text)")
            #expect(try await slipway(project, "run", "--from", "test/nothing").end == .exited(2))
        }
    }

    @Test func explainTellsWhatFailedAndWhatWasDecided() async throws {
        try await TestProject.with([".github/workflows/ci.yml": Self.workflow]) { project in
            #expect(try await slipway(project, "run").end == .exited(1))
            let text = try await slipway(project, "explain").text
            #expect(text.contains("failed after"))
            #expect(text.contains("The job test failed in its step test/2"))
            #expect(text.contains("exit code 1"))
            #expect(text.contains("  main.c:3: error: no such thing\n"))
            #expect(text.contains("job other: ") && text.contains("'refs/heads/main' == 'refs/heads/nowhere'"))
            #expect(text.contains("step test/3"))
            let json = try JSON(parsing: try await slipway(project, "explain", "--json").text)
            #expect(json["causes"]?.array?.first?["exitStatus"]?.int == 1)
        }
    }

    /// A person at a terminal, played by `script`.
    @Test(.enabled(if: Executables.find("script", path: "/usr/bin:/bin") != nil, "script is not installed"))
    func debugOpensAShellInTheStepsEnvironment() async throws {
        try await TestProject.with([".github/workflows/ci.yml": Self.workflow]) { project in
            #expect(try await slipway(project, "run").end == .exited(1))
            let binary = try #require(BuiltBinary.path)
            func debug(_ side: String) async throws -> String {
                let typed =
                    #"echo "got:$KEPT:$(cat file):$GITHUB_JOB:$(tty | grep -c dev)"; test -w $GITHUB_OUTPUT && echo ok; exit 5"#
                try project.write(["typed": typed + "\n"])
                let output = try await ToolRunner(environment: ProcessInfo.processInfo.environment).run(
                    "bash",
                    ["-c", "script -qec '\(binary) debug latest test/check \(side)' /dev/null < typed"],
                    in: project.root.path
                )
                #expect(output.end == .exited(5), "\(output.text)")
                return output.text
            }
            let before = try await debug("--before")
            #expect(before.contains("got:yes:first:test:1"), "\(before)")
            let after = try await debug("--after")
            #expect(after.contains("got:yes:second:test:1"), "\(after)")
        }
    }
}
