import Core
import Foundation
import Journal
import Testing
import Workflows

@testable import Runner

/// Containers through podman or docker, from an image that the host's busybox makes.
@Suite(.enabled(if: Tools.hasContainers, "needs podman or docker, and busybox"), .serialized)
struct ContainerTests {
    /// An image with busybox, made once for each test that wants it.
    private static func withImage(_ body: (String) async throws -> Void) async throws {
        let id = UUID().uuidString.lowercased().prefix(8)
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "image-\(id)")
        defer { try? FolderCopy.remove(folder.path) }
        let bin = folder.appending(path: "root/bin")
        for name in ["root/bin", "root/tmp", "root/etc"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name),
                withIntermediateDirectories: true
            )
        }
        let tools = ToolRunner(environment: ProcessInfo.processInfo.environment)
        let busybox = try #require(Executables.find("busybox", path: Tools.path))
        try await tools.require("cp", ["-L", busybox, bin.appending(path: "busybox").path], in: "/")
        for name in ["sh", "cat", "echo", "env", "ls", "nc", "sleep", "tail", "test", "httpd", "pwd", "grep", "sed"] {
            try FileManager.default.createSymbolicLink(
                atPath: bin.appending(path: name).path,
                withDestinationPath: "busybox"
            )
        }
        let archive = folder.appending(path: "root.tar").path
        try await tools.require("tar", ["-C", folder.appending(path: "root").path, "-cf", archive, "."], in: "/")
        let engine = try ContainerEngine.open(
            HostEnvironment(executable: nil),
            state: StateDirectory(folder),
            stop: StopSignal()
        )
        let image = "localhost/slipway-test-\(id):1"
        try await engine.require(["import", archive, image])
        do {
            try await body(image)
        } catch {
            _ = try? await engine.run(["rmi", "-f", image])
            throw error
        }
        _ = try? await engine.run(["rmi", "-f", image])
    }

    /// The engine's command hands no signals on: what it started must be found.
    @Test func aStepThatIsStoppedLeavesNoProcessInTheContainer() async throws {
        try await Self.withImage { image in
            try await TestProject.with { project in
                let run = try await project.run(
                    """
                    on: push
                    jobs:
                      a:
                        runs-on: ubuntu-latest
                        container: \(image)
                        steps:
                          - shell: sh
                            run: "(sleep 4242 &); sleep 4242"
                            timeout-minutes: 0.05
                            continue-on-error: true
                          - shell: sh
                            run: |
                              for p in /proc/[0-9]*; do
                                if grep -q '424[2]' $p/cmdline 2>/dev/null; then echo "left: $p"; exit 1; fi
                              done
                    """
                )
                let output = try run.output()
                #expect(run.record.conclusion == .success, "\(output)")
                #expect(run.annotations.contains { $0.message.contains("timed out") })
            }
        }
    }

    @Test func aJobRunsInItsContainerWithTheSameFilesAndCommands() async throws {
        try await Self.withImage { image in
            try await TestProject.with { project in
                let run = try await project.run(
                    """
                    on: push
                    jobs:
                      a:
                        runs-on: ubuntu-latest
                        container:
                          image: \(image)
                          env: {FROM_IMAGE: "yes"}
                        outputs: {o: "${{ steps.s.outputs.o }}"}
                        steps:
                          - uses: actions/checkout@v4
                          - id: s
                            env: {MULTI: "two\\nlines"}
                            run: |
                              cat README.md
                              echo "$MULTI|$FROM_IMAGE|$HOME|$CI"
                              pwd | grep -q "$GITHUB_WORKSPACE" && echo in-workspace
                              test -e /usr/bin/env && echo host || echo image
                              echo "o=value" >> "$GITHUB_OUTPUT"
                              echo "V=later" >> "$GITHUB_ENV"
                          - run: echo "$V ${{ job.container.id != '' }}"
                          - run: exit 3
                    """
                )
                let output = try run.output()
                #expect(
                    output.contains("hello\ntwo\nlines|yes|/github/home|true\nin-workspace\nimage\nlater true\n"),
                    "\(output)"
                )
                #expect(run.conclusions() == ["success", "success", "success", "success", "failure", "success"])
                #expect(try run.job("a").outputs["o"] == "value")
            }
        }
    }

    @Test func servicesAreHealthyBeforeTheFirstStepAndReachableByPort() async throws {
        try await Self.withImage { image in
            try await TestProject.with { project in
                let run = try await project.run(
                    """
                    on: push
                    jobs:
                      a:
                        runs-on: ubuntu-latest
                        services:
                          web:
                            image: \(image)
                            ports: ["80"]
                            entrypoint: sh
                            command: -c "mkdir -p /w; echo served > /w/index.html; httpd -f -p 80 -h /w"
                            options: --health-cmd "test -e /w/index.html" --health-interval 1s
                          nothing:
                            image: ${{ '' }}
                        steps:
                          - run: curl -sS --max-time 10 http://127.0.0.1:${{ job.services.web.ports['80'] }}/
                          - run: echo "[${{ job.services.nothing.id }}]"
                    """
                )
                let output = try run.output()
                #expect(output.contains("web service is running.\n"), "\(output)")
                #expect(output.contains("served\n[]\n"), "\(output)")
            }
        }
    }

    @Test func anUnhealthyServiceFailsTheJob() async throws {
        try await Self.withImage { image in
            try await TestProject.with { project in
                let run = try await project.run(
                    """
                    on: push
                    jobs:
                      a:
                        runs-on: ubuntu-latest
                        services:
                          bad:
                            image: \(image)
                            entrypoint: sh
                            command: -c "echo sad; sleep 600"
                            options: --health-cmd "test -e /never" --health-interval 1s --health-retries 2
                        steps:
                          - run: echo never
                    """
                )
                #expect(run.record.conclusion == .failure)
                #expect(run.conclusions() == ["failure", "skipped", "success"])
                #expect(try run.output().contains("sad"))
            }
        }
    }

    @Test func containerActionsGetInputsArgumentsAndFiles() async throws {
        try await Self.withImage { image in
            let files = [
                "act/Dockerfile": "FROM \(image)\nCOPY entry.sh /entry.sh\nENTRYPOINT [\"sh\", \"/entry.sh\"]\n",
                "act/entry.sh": """
                echo "args $1,$2 input $INPUT_WHO own $OWN in $(pwd)"
                echo "seen=$(cat README.md)" >> "$GITHUB_OUTPUT"
                """,
                "act/action.yml": """
                name: C
                description: c
                inputs: {who: {default: x}}
                runs:
                  using: docker
                  image: Dockerfile
                  args: ["${{ inputs.who }}", "b c"]
                  env: {OWN: "1"}
                """,
            ]
            try await TestProject.with(files) { project in
                let steps = """
                    - uses: actions/checkout@v4
                    - uses: ./act
                      id: c
                      with: {who: me}
                    - uses: docker://\(image)
                      with: {entrypoint: echo, args: 'direct "one two" ${{ steps.c.outputs.seen }}'}
                    """
                let run = try await project.run(StepTests.job(steps))
                let output = try run.output()
                #expect(output.contains("args me,b c input me own 1 in /github/workspace\n"), "\(output)")
                #expect(output.contains("direct one two hello\n"), "\(output)")
                #expect(run.record.conclusion == .success)
            }
        }
    }

    @Test(.enabled(if: Tools.hasNode, "needs node"))
    func javaScriptRunsInsideWithTheMachinesNode() async throws {
        let files = [
            "act/action.yml": "name: N\ndescription: n\nruns: {using: node20, main: main.js}\n",
            "act/main.js": "console.log('node in ' + require('fs').existsSync('/usr/bin/env'));",
        ]
        try await Self.withImage { image in
            try await TestProject.with(files) { project in
                let run = try await project.run(
                    """
                    on: push
                    jobs:
                      a:
                        runs-on: ubuntu-latest
                        container: \(image)
                        steps:
                          - uses: actions/checkout@v4
                          - uses: ./act
                    """
                )
                #expect(try run.output().contains("node in false\n"))
            }
        }
    }
}

@Suite struct ContainerSupportTests {
    @Test func containersAreRefusedWithThePlaceWhereThereIsNoEngine() throws {
        let text = """
            on: push
            jobs:
              a:
                runs-on: linux
                container: alpine
                services: {db: {image: postgres}}
                steps: [{uses: 'docker://alpine'}, {run: echo}]
              b: {runs-on: linux, container: alpine, steps: [{run: echo}]}
            """
        let workflow = try #require(WorkflowParser.parse(text, path: "w.yml").model)
        let found = ContainerSupport.refusals(of: workflow, jobs: ["a"], environment: ["PATH": "/nowhere"])
        #expect(found.map { "\($0.location)" } == ["w.yml:5:16", "w.yml:6:15", "w.yml:7:20"])
        #expect(found.allSatisfy { $0.message.contains("podman or docker") })
    }
}
