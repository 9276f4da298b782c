import Foundation
import Testing

@testable import Runner

/// Which home folder the steps of a job have.
@Suite struct JobHomeTests {
    private static let workflow = """
        on: push
        jobs:
          a:
            runs-on: linux
            steps:
              - run: 'echo "$HOME" && ls -A "$HOME" && touch "$HOME/mine" && echo "[${SSH_AUTH_SOCK:-none}]"'
              - run: 'ls "$HOME/mine"'
          b:
            runs-on: linux
            steps: [{run: 'test -z "$(ls -A "$HOME")" && touch "$HOME/mine"'}]
        """

    @Test func eachJobHasAnEmptyOneWhereWanted() async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.givesFreshHomes = true
            for _ in 0..<2 {
                let run = try await project.run(
                    Self.workflow.replacing(
                        "runs-on: linux\n    steps: [",
                        with: "needs: a\n    runs-on: linux\n    steps: ["
                    ),
                    settings: settings,
                    variables: ["HOME": "/users/home", "SSH_AUTH_SOCK": "/users/agent"]
                )
                #expect(run.record.conclusion == .success)
                #expect(try run.output().hasSuffix("/_home/mine\n"))
                #expect(try run.output().contains("/a/_home\n[none]\n"))
            }
        }
    }

    @Test func theUsersOwnIsTheDefault() async throws {
        try await TestProject.with { project in
            let run = try await project.run(
                StepTests.job("- run: 'echo \"<$HOME>\"'"),
                variables: ["HOME": project.root.path]
            )
            #expect(try run.output().contains("<\(project.root.path)>"))
        }
    }
}
