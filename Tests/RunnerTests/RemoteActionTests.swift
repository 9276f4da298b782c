import Core
import Foundation
import Testing

@testable import Runner

/// Actions of other repositories, fetched with git.
@Suite struct RemoteActionTests {
    private static func composite(_ text: String, then inner: String = "") -> String {
        """
        name: Say
        description: says something
        inputs: {who: {default: nobody}}
        outputs: {said: {value: "${{ steps.s.outputs.said }}"}}
        runs:
          using: composite
          steps:
            - id: s
              shell: bash
              run: |
                echo "\(text) ${{ inputs.who }} $GITHUB_ACTION_REPOSITORY $GITHUB_ACTION_REF"
                echo "said=\(text)" >> "$GITHUB_OUTPUT"
            \(inner)
        """
    }

    @Test func branchesTagsAndCommitsAreFetchedAndUsableOffline() async throws {
        try await TestProject.with { project in
            let server = RemoteServer(project: project)
            let sha = try await server.publish("acme/say", ["action.yml": Self.composite("one")], tag: "v1")
            try await server.publish(
                "acme/say",
                ["action.yml": Self.composite("two"), "deep/er/action.yaml": Self.composite("deep")],
                tag: "v2"
            )
            let steps = """
                - uses: acme/say@v1
                  id: a
                - uses: acme/say@main
                  with: {who: me}
                - uses: acme/say/deep/er@v2
                - uses: acme/say@\(sha)
                - run: echo "gave ${{ steps.a.outputs.said }}"
                """
            let run = try await project.run(StepTests.job(steps), remote: server.source())
            let expected =
                "one nobody acme/say v1\ntwo me acme/say main\ndeep nobody acme/say v2\n"
                + "one nobody acme/say \(sha)\ngave one\n"
            #expect(try run.output() == expected)
            try server.shutDown()
            let offline = try await project.run(StepTests.job(steps), remote: server.source())
            #expect(try offline.output() == expected)
        }
    }

    @Test func compositeActionsUseActionsOfOtherRepositoriesAndOfTheirOwn() async throws {
        try await TestProject.with { project in
            let server = RemoteServer(project: project)
            let inner = "- uses: acme/inner@v1\n      with: {who: x}\n    - uses: $/own"
            try await server.publish("acme/inner", ["action.yml": Self.composite("inner")], tag: "v1")
            try await server.publish(
                "acme/outer",
                ["action.yml": Self.composite("outer", then: inner), "own/action.yml": Self.composite("own")],
                tag: "v1"
            )
            let run = try await project.run(StepTests.job("- uses: acme/outer@v1"), remote: server.source())
            let output = try run.output()
            #expect(output.contains("outer nobody acme/outer v1\n"))
            #expect(output.contains("inner x acme/inner v1\n"))
            #expect(output.contains("own nobody"))
        }
    }

    @Test(arguments: [
        ("acme/say@v9", "no branch or tag \"v9\""), ("acme/none@v1", "Cannot fetch acme/none@v1"),
        ("acme/say/nowhere@v1", "Can't find 'action.yml'"), ("acme/say@abcdef1", "shortened commit SHA"),
    ])
    func whatCannotBeHadFailsTheJobBeforeItsSteps(_ uses: String, _ reason: String) async throws {
        try await TestProject.with { project in
            let server = RemoteServer(project: project)
            try await server.publish("acme/say", ["action.yml": Self.composite("one")], tag: "v1")
            let steps = "- run: echo never\n- uses: \(uses)\n- if: always()\n  run: echo last"
            let run = try await project.run(StepTests.job(steps), remote: server.source())
            #expect(run.record.conclusion == .failure)
            // As with GitHub's runner, whose "Set up job" fails: not even `always()` steps run.
            #expect(run.conclusions() == ["failure"])
            #expect(try run.output().contains(reason))
        }
    }

    @Test func foldersStandForRepositoriesAndForBuiltInActions() async throws {
        try await TestProject.with { project in
            let folder = project.root.deletingLastPathComponent().appending(path: "mine")
            try TestProject(root: folder).write([
                "acme/say@v1/action.yml": Self.composite("mapped"),
                "actions/checkout/action.yml": Self.composite("my checkout"),
            ])
            let server = RemoteServer(project: project)
            let source = server.source {
                $0.replacements = (try? ActionFolders([folder.path], from: "/")) ?? ActionFolders()
            }
            let steps = "- uses: acme/say@v1\n- uses: actions/checkout@v4"
            let run = try await project.run(StepTests.job(steps), remote: source)
            #expect(try run.output().contains("mapped nobody acme/say v1\nmy checkout nobody actions/checkout v4\n"))
            #expect(throws: SlipwayError.self) { try ActionFolders(["/nowhere/at/all"], from: "/") }
        }
    }

    @Test(.enabled(if: Tools.hasNode, "needs node"))
    func preRunsFirstAndPostLastWithTheStateOfBoth() async throws {
        try await TestProject.with { project in
            let server = RemoteServer(project: project)
            func script(_ part: String) -> String {
                """
                const fs = require('fs');
                console.log('\(part) ' + process.env['INPUT_NAME-X'] + ' ' + (process.env.STATE_seen || ''));
                fs.appendFileSync(process.env.GITHUB_STATE, 'seen=' + (process.env.STATE_seen || '') + '\(part),\\n');
                """
            }
            let files = [
                "action.yml": """
                name: Life
                description: all parts
                inputs: {name-x: {default: d}}
                runs: {using: node20, pre: pre.js, main: main.js, post: post.js, pre-if: "runner.os != 'Plan9'"}
                """,
                "pre.js": script("pre"), "main.js": script("main"), "post.js": script("post"),
            ]
            try await server.publish("acme/life", files, tag: "v1")
            let wrapper = """
                name: Wrap
                description: wraps
                inputs: {n: {default: ""}}
                runs:
                  using: composite
                  steps:
                    - uses: acme/life@v1
                      with: {name-x: "${{ inputs.n }}"}
                """
            try await server.publish("acme/wrap", ["action.yml": wrapper], tag: "v1")
            let steps = """
                - run: echo first
                - uses: acme/life@v1
                  with: {name-x: a}
                - uses: acme/wrap@v1
                  with: {n: b}
                - uses: acme/life@v1
                  if: false
                """
            let run = try await project.run(StepTests.job(steps), remote: server.source())
            let lines = try run.output().split(separator: "\n").map(String.init)
            #expect(
                lines == [
                    "pre a ", "pre b ", "pre d ", "first", "main a pre,", "main b pre,", "post d pre,",
                    "post b pre,main,", "post a pre,main,",
                ]
            )
            #expect(run.record.conclusion == .success)
        }
    }
}
