import Core
import Foundation
import Journal
import Testing

@testable import Runner

/// The built `slipway` itself.
@Suite(.enabled(if: BuiltBinary.path != nil, "the slipway binary is not beside the tests"))
struct CommandLineTests {
    /// `slipway run`, with its process number in the file `engine` of its state.
    private func slipwayWithKnownProcess(_ project: TestProject) async throws -> ToolRunner.Output {
        try await EngineProcess.run(try #require(BuiltBinary.path), in: project)
    }

    private static let workflow = """
        name: CI
        on: [push, workflow_dispatch]
        jobs:
          a:
            runs-on: ubuntu-latest
            steps:
              - run: echo "hello ${{ secrets.TOKEN }}"; exit ${{ github.event_name != 'push' && 7 || 0 }}
        """

    @Test func runsListsAndShowsLogs() async throws {
        try await TestProject.with([".github/workflows/ci.yml": Self.workflow]) { project in
            let run = try await slipway(project, "run", "--secret", "TOKEN", environment: ["TOKEN": "hunter2secret"])
            #expect(run.end == .exited(0))
            #expect(run.text.contains("a | hello ***\n") && run.text.contains("✓ success"))
            #expect(!run.text.contains("hunter2secret"))
            let failed = try await slipway(project, "run", "ci", "--event", "workflow_dispatch", "--json")
            #expect(failed.end == .exited(1))
            let runs = try await slipway(project, "runs", "--json")
            let list = try #require(try JSON(parsing: runs.text).array)
            #expect(list.map { $0["conclusion"]?.string } == ["failure", "success"])
            let logs = try await slipway(project, "logs", "latest", "a/1")
            #expect(logs.text.contains("Process completed with exit code 7."))
            #expect(try await slipway(project, "logs", "latest", "b").end == .exited(2))
            #expect(try await slipway(project, "runs", "latest").text.contains("✗ failure"))
        }
    }

    @Test(
        arguments: [
            (["run", "nope"], 2, "There is no workflow"),
            (["run", "ci", "--event", "release"], 2, "does not start it"),
            (["run", "--event", "release"], 0, "Nothing to run."),
            (["run", "--ref", "no-such-branch"], 2, "refs/heads/no-such-branch"),
            (["run", "--secret", "1x=2"], 2, "not a valid name"),
            (["run", "--input", "x"], 2, "NAME=VALUE"),
            (["run", "--dry-run"], 0, "• a"),
            (["run", "--nonsense"], 2, "nonsense"),
        ]
    )
    func exitsWithTheStatusThatTheDesignNames(arguments: [String], status: Int32, message: String) async throws {
        try await TestProject.with([".github/workflows/ci.yml": Self.workflow]) { project in
            var environment = ProcessInfo.processInfo.environment
            environment["SLIPWAY_DIR"] = nil
            let output = try await ToolRunner(environment: environment).run(
                try #require(BuiltBinary.path),
                arguments,
                in: project.root.path
            )
            #expect(output.end == .exited(status))
            #expect(output.text.contains(message), "\(output.text)")
        }
    }

    /// The delivery file of this repository: its production asks for an approval.
    private static let deliveryFile: String? = {
        var folder = URL(filePath: #filePath)
        for _ in 0..<3 { folder = folder.deletingLastPathComponent() }
        return try? String(contentsOf: folder.appending(path: "slipway.yml"), encoding: .utf8)
    }()

    @Test func waitsForAnApprovalThatNobodyCanGiveAndGoesOnWithOne() async throws {
        let workflow = """
            on: push
            jobs:
              build: {runs-on: linux, steps: [{run: echo built >> $SLIPWAY_DIR/count}]}
              prod: {needs: build, environment: production, runs-on: linux, steps: [{run: echo deployed}]}
            """
        try await TestProject.with([".github/workflows/cd.yml": workflow]) { project in
            let open = try await slipway(project, "run")
            #expect(open.end == .exited(0), "without slipway.yml nothing is protected")
            guard let file = Self.deliveryFile else { return }
            try project.write(["slipway.yml": file])
            let waiting = try await slipway(project, "run")
            #expect(waiting.end == .exited(4))
            #expect(
                waiting.text.contains("slipway run --resume ") && waiting.text.contains(" --yes")
            )
            let approved = try await slipway(project, "run", "--reuse", "--yes")
            #expect(approved.end == .exited(0))
            #expect(approved.text.contains("| deployed\n") && approved.text.contains("(--yes)"))
            let count = try String(contentsOf: project.state.url.appending(path: "count"), encoding: .utf8)
            #expect(count == "built\nbuilt\n", "the second and third run share one build")
        }
    }

    @Test func anInterruptRunsWhatAlwaysRunsAndExits130() async throws {
        let workflow = """
            on: push
            jobs:
              a:
                runs-on: linux
                steps:
                  - run: kill -INT $(cat $SLIPWAY_DIR/engine); sleep 300
                  - {if: always(), run: echo cleaned up}
            """
        try await TestProject.with([".github/workflows/ci.yml": workflow]) { project in
            let output = try await slipwayWithKnownProcess(project)
            #expect(output.end == .exited(130))
            #expect(output.text.contains("cleaned up\n"))
        }
    }

    @Test func aKilledRunIsSeenAsDeadAndWhatItLeftIsEndedByTheNext() async throws {
        let workflow = """
            on: push
            jobs:
              a:
                runs-on: linux
                steps:
                  - run: |
                      test -e $SLIPWAY_DIR/second && exit 0
                      touch $SLIPWAY_DIR/second
                      echo $$ > $SLIPWAY_DIR/orphan
                      kill -KILL $(cat $SLIPWAY_DIR/engine)
                      sleep 300
            """
        try await TestProject.with([".github/workflows/ci.yml": workflow]) { project in
            #expect(try await slipwayWithKnownProcess(project).end == .signalled(9))
            #expect(try await slipway(project, "runs").text.contains("died"))
            let text = try String(contentsOf: project.state.url.appending(path: "orphan"), encoding: .utf8)
            let orphan = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            let second = try await slipway(project, "run")
            #expect(second.end == .exited(0))
            #expect(second.text.contains("ended what an earlier run left: ") && second.text.contains("(\(orphan))"))
        }
    }

    @Test func outsideARepositoryItSaysSo() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bare-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tools = ToolRunner(environment: ProcessInfo.processInfo.environment)
        let output = try await tools.run(try #require(BuiltBinary.path), ["run"], in: folder.path)
        #expect(output.end == .exited(2))
        #expect(output.text.contains("is not in a git repository"))
    }
}

enum EngineProcess {
    /// Runs `slipway run`, with its process number in the file `engine` of its state.
    static func run(_ binary: String, in project: TestProject) async throws -> ToolRunner.Output {
        var variables = ProcessInfo.processInfo.environment
        variables["SLIPWAY_DIR"] = nil
        let script = "mkdir -p .slipway; echo $$ > .slipway/engine; exec '\(binary)' run"
        return try await ToolRunner(environment: variables).run("bash", ["-c", script], in: project.root.path)
    }
}

/// Finds the `slipway` that was built with the tests.
enum BuiltBinary {
    static let path: String? = {
        // The test process runs from the build folder, directly or through a helper of the toolchain.
        let candidates = [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""] + CommandLine.arguments
        for candidate in candidates {
            var folder = URL(filePath: candidate)
            for _ in 0..<4 {
                let binary = folder.appending(path: "slipway").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: binary, isDirectory: &isFolder), !isFolder.boolValue {
                    return binary
                }
                folder = folder.deletingLastPathComponent()
            }
        }
        return nil
    }()
}
