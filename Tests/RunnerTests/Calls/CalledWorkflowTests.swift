import Core
import Foundation
import Testing

@testable import Runner

/// Workflows that jobs call.
@Suite struct CalledWorkflowTests {
    private static let build = """
        on:
          workflow_call:
            inputs:
              name: {type: string, required: true}
              fast: {type: boolean}
              count: {type: number, default: 2}
            secrets:
              KEY: {required: true}
              EXTRA: {}
            outputs:
              text: {value: "${{ jobs.one.outputs.text }}!"}
              result: {value: "${{ jobs.two.result }}"}
        env: {OWN: callee}
        jobs:
          one:
            name: First
            runs-on: ubuntu-latest
            outputs: {text: "${{ steps.s.outputs.t }}"}
            steps:
              - id: s
                run: |
                  echo "t=${{ inputs.name }}-${{ inputs.fast }}-${{ inputs.count }}" >> $GITHUB_OUTPUT
                  echo "env [$OWN] [$CALLER]"
                  test "${{ secrets.KEY }}" = hunter2hunter2 && echo same
                  echo "extra [${{ secrets.EXTRA }}] other [${{ secrets.OTHER }}]"
                  echo "${{ github.workflow }} ${{ github.job }} ${{ job.workflow_file_path }}"
          two:
            needs: one
            runs-on: ubuntu-latest
            steps: [{run: "echo two"}]
        """

    private static let caller = """
        name: Top
        on: push
        env: {CALLER: top}
        jobs:
          build:
            strategy: {matrix: {n: [x, y]}}
            uses: ./.github/workflows/build.yml
            with: {name: "${{ matrix.n }}", fast: true}
            secrets: {KEY: "${{ secrets.TOKEN }}"}
          after:
            needs: build
            runs-on: ubuntu-latest
            steps: [{run: 'echo "${{ needs.build.outputs.text }} ${{ needs.build.outputs.result }} ${{ needs.build.result }}"'}]
        """

    @Test func inputsSecretsOutputsAndNames() async throws {
        try await TestProject.with([".github/workflows/build.yml": Self.build]) { project in
            var settings = RunSettings()
            settings.secrets = ["TOKEN": Secret("hunter2hunter2"), "OTHER": Secret("notforyou1")]
            let run = try await project.run(Self.caller, settings: settings)
            #expect(run.record.conclusion == .success)
            #expect(
                Set(run.jobs.map(\.name)) == [
                    "build (x) / First", "build (x) / two", "build (y) / First", "build (y) / two", "after",
                ]
            )
            let expected = """
                env [callee] []
                same
                extra [] other []
                Top one .github/workflows/build.yml

                """
            #expect(try run.output("build-x-one") == expected)
            #expect(["x-true-2! success success\n", "y-true-2! success success\n"].contains(try run.output("after")))
        }
    }

    @Test func aFailureInsideIsTheCallersResultAndSkipsWhatFollows() async throws {
        let callee = """
            on: {workflow_call: {outputs: {o: {value: "${{ jobs.ok.outputs.o }}"}}}}
            jobs:
              ok: {runs-on: linux, outputs: {o: "1"}, steps: [{run: echo}]}
              bad: {runs-on: linux, steps: [{run: exit 1}]}
              last: {needs: bad, runs-on: linux, steps: [{run: echo}]}
              tidy: {needs: bad, if: always(), runs-on: linux, steps: [{run: echo}]}
            """
        let caller = """
            on: push
            jobs:
              call: {uses: ./.github/workflows/callee.yml}
              off: {if: github.ref == 'refs/heads/none', uses: ./.github/workflows/callee.yml}
              after: {needs: call, runs-on: linux, steps: [{run: echo}]}
              report: {needs: [call, off], if: always(), runs-on: linux, steps: [{run: "echo ${{ needs.call.result }} ${{ needs.off.result }}"}]}
            """
        try await TestProject.with([".github/workflows/callee.yml": callee]) { project in
            let run = try await project.run(caller)
            #expect(run.record.conclusion == .failure)
            #expect(try run.result("call-last") == "skipped")
            #expect(try run.result("call-tidy") == "success")
            #expect(try run.result("after") == "skipped")
            #expect(try run.job("off").name == "off")
            #expect(try run.result("off") == "skipped")
            #expect(try run.output("report") == "failure skipped\n")
        }
    }

    /// `top` calls `w1`, which calls `w2`, and so on; the last one runs a step.
    private static func chain(_ count: Int) -> [String: String] {
        var files: [String: String] = [:]
        for level in 1...count {
            let body =
                level == count
                ? "{runs-on: linux, steps: [{run: 'echo \"${{ inputs.v }} ${{ secrets.DEEP }}\"'}]}"
                : "{uses: ./.github/workflows/w\(level + 1).yml, secrets: inherit, with: {v: \"${{ inputs.v }}\(level)\"}}"
            files[".github/workflows/w\(level).yml"] =
                "on: {workflow_call: {inputs: {v: {type: string}}}}\njobs:\n  j: \(body)\n"
        }
        return files
    }

    @Test func callsNestNineDeepAndInherit() async throws {
        let top = "on: push\njobs:\n  a: {uses: ./.github/workflows/w1.yml, secrets: inherit, with: {v: '0'}}\n"
        try await TestProject.with(Self.chain(9)) { project in
            var settings = RunSettings()
            settings.secrets = ["DEEP": Secret("deepdeepdeep")]
            let run = try await project.run(top, settings: settings)
            let key = "a" + String(repeating: "-j", count: 9)
            #expect(try run.output(key) == "012345678 ***\n")
            #expect(try run.job(key).name == "a" + String(repeating: " / j", count: 9))
        }
        try await TestProject.with(Self.chain(10)) { project in
            let error = await #expect(throws: DiagnosticsError.self) { try await project.run(top) }
            #expect(error?.description.contains("more than 10 levels") == true)
        }
    }

    @Test(
        arguments: [
            ("on: push\njobs: {x: {runs-on: linux, steps: [{run: echo}]}}", "", "has no \"workflow_call\""),
            ("on: workflow_call\njobs: {x: {uses: ./.github/workflows/callee.yml}}", "", "in a circle"),
            (
                "on: {workflow_call: {inputs: {n: {type: number, required: true}}}}\njobs: {x: {runs-on: linux, steps: [{run: echo}]}}",
                "", "requires the input \"n\""
            ),
            (
                "on: {workflow_call: {inputs: {n: {type: number}}}}\njobs: {x: {runs-on: linux, steps: [{run: echo}]}}",
                ", with: {n: text}", "is a number"
            ),
            (
                "on: {workflow_call: {secrets: {S: {required: true}}}}\njobs: {x: {runs-on: linux, steps: [{run: echo}]}}",
                "", "requires the secret \"S\""
            ),
            (
                "on: workflow_call\npermissions: {contents: write}\njobs: {x: {runs-on: linux, steps: [{run: echo}]}}",
                ", permissions: {contents: read}", "allows only \"contents: read\""
            ),
            ("on: workflow_call\njobs: {x: {runs-on: linux, stepz: []}}", "", "stepz"),
        ]
    )
    func whatIsWrongIsSaidBeforeAnythingRuns(callee: String, more: String, message: String) async throws {
        try await TestProject.with([".github/workflows/callee.yml": callee + "\n"]) { project in
            let workflow = "on: push\njobs:\n  a: {uses: ./.github/workflows/callee.yml\(more)}\n"
            let error = await #expect(throws: DiagnosticsError.self) { try await project.run(workflow) }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
    }

    @Test func whatIsCalledMustExist() async throws {
        try await TestProject.with { project in
            let workflow = "on: push\njobs:\n  a: {uses: ./.github/workflows/none.yml}\n"
            let error = await #expect(throws: DiagnosticsError.self) { try await project.run(workflow) }
            #expect(error?.description.contains("test.yml:3:13") == true)
        }
    }

    @Test func workflowsOfOtherRepositoriesCallTheirOwn() async throws {
        let files = FileManager.default
        let remote = files.temporaryDirectory.appending(path: "remote-\(UUID().uuidString)")
        defer { try? files.removeItem(at: remote) }
        let workflows = remote.appending(path: ".github/workflows")
        try files.createDirectory(at: workflows, withIntermediateDirectories: true)
        try Data(
            "on: {workflow_call: {}}\njobs: {inner: {uses: ./.github/workflows/second.yml}}\n".utf8
        ).write(to: workflows.appending(path: "first.yml"))
        try Data(
            """
            on: {workflow_call: {}}
            jobs:
              j:
                runs-on: linux
                steps:
                  - run: echo "${{ job.workflow_ref }} ${{ job.workflow_sha }} ${{ github.repository }}"
                  - uses: $/act
            """.utf8
        ).write(to: workflows.appending(path: "second.yml"))
        try files.createDirectory(at: remote.appending(path: "act"), withIntermediateDirectories: true)
        try Data(
            "name: act\ndescription: d\nruns: {using: composite, steps: [{run: echo from the action, shell: bash}]}\n"
                .utf8
        ).write(to: remote.appending(path: "act/action.yml"))
        try await TestProject.with { project in
            try await project.git("remote", "add", "origin", "https://github.com/own/service.git")
            try project.write([
                ".github/workflows/test.yml": "on: push\njobs: {a: {uses: org/lib/.github/workflows/first.yml@v2}}\n"
            ])
            let source = FolderSource(folder: remote.path)
            let run = try await project.run(nil, remote: source)
            #expect(
                try run.output("a-inner-j")
                    == "org/lib/.github/workflows/second.yml@v2 \(FolderSource.sha) own/service\nfrom the action\n"
            )
            let error = await #expect(throws: SlipwayError.self) { try await project.run(nil) }
            #expect(error?.description.contains("org/lib@v2") == true)
        }
    }

    @Test func aCallWaitsInsideForAnApproval() async throws {
        let callee = """
            on: workflow_call
            jobs: {deploy: {environment: production, runs-on: linux, steps: [{run: echo deployed}]}}
            """
        try await TestProject.with([".github/workflows/callee.yml": callee]) { project in
            let workflow = """
                on: push
                jobs:
                  a: {uses: ./.github/workflows/callee.yml}
                  b: {needs: a, runs-on: linux, steps: [{run: echo}]}
                """
            let waiting = try await project.run(workflow, policy: ProductionOnly())
            #expect(waiting.record.status == .waiting)
            #expect(!waiting.jobs.contains { $0.key == "b" })
            let done = try await project.run(workflow, policy: ProductionOnly(), approver: StandingApproval(by: "al"))
            #expect(done.record.conclusion == .success)
        }
    }
}

private struct ProductionOnly: EnvironmentPolicy {
    func rules(for environment: String) async throws -> EnvironmentRules {
        var rules = EnvironmentRules()
        rules.needsApproval = environment == "production"
        return rules
    }
}

/// One folder for every repository.
private struct FolderSource: RemoteSource {
    static let sha = "0123456789012345678901234567890123456789"
    let folder: String

    func fetch(_ reference: RemoteReference) async throws -> RemoteFolder {
        RemoteFolder(folder: folder, sha: Self.sha)
    }
}
