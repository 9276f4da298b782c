import Core
import Foundation
import Testing
import Workflows

@testable import Runner

/// The event of a run, made from the checkout and from what the user gives.
@Suite struct EventTests {
    private static func workflow(_ on: String) -> String {
        "on:\n  \(on)\njobs: {a: {runs-on: linux, steps: [{run: echo}]}}\n"
    }

    private func event(_ on: String, _ settings: RunSettings, in project: TestProject) async throws
        -> (event: RunEvent, runs: Bool)
    {
        try project.write([".github/workflows/test.yml": Self.workflow(on)])
        let (_, prepared) = try await project.prepare(settings: settings)
        return (prepared.event, prepared.isTriggered)
    }

    @Test(
        arguments: [
            ("push: {}", "push", nil, "refs/heads/topic"),
            ("pull_request: {}", "pull_request", nil, "refs/pull/1/merge"),
            ("pull_request_target: {}", "pull_request_target", nil, "refs/heads/main"),
            ("workflow_dispatch: {}", "workflow_dispatch", nil, "refs/heads/topic"),
            ("schedule: [{cron: '0 4 * * *'}]", "schedule", nil, "refs/heads/main"),
            ("workflow_run: {workflows: [CI]}", "workflow_run", nil, "refs/heads/main"),
            ("repository_dispatch: {types: [deploy]}", "repository_dispatch", nil, "refs/heads/main"),
            ("release: {}", "release", "refs/tags/v1", "refs/tags/v1"),
            ("create: {}", "create", "refs/tags/v1", "refs/tags/v1"),
            ("delete: {}", "delete", "refs/heads/old", "refs/heads/main"),
            ("issues: {}", "issues", nil, "refs/heads/main"),
        ] as [(String, String, String?, String)]
    )
    func eachEventHasItsOwnRef(on: String, name: String, given: String?, ref: String) async throws {
        try await TestProject.with { project in
            try await project.git("switch", "-q", "-c", "topic")
            var settings = RunSettings()
            settings.event = name
            settings.ref = given
            let (event, runs) = try await event(on, settings, in: project)
            #expect(event.ref == ref)
            #expect(runs)
        }
    }

    @Test func payloadsSayWhatGitHubWouldSay() async throws {
        try await TestProject.with { project in
            try await project.git("switch", "-q", "-c", "topic")
            func payload(_ on: String, _ name: String, ref: String? = nil) async throws -> ExpressionValue {
                var settings = RunSettings()
                settings.event = name
                settings.ref = ref
                return try await event(on, settings, in: project).event.payload
            }
            #expect(try await payload("schedule: [{cron: '0 4 * * *'}]", "schedule")["schedule"].text == "0 4 * * *")
            let run = try await payload("workflow_run: {workflows: [CI], branches: [topic]}", "workflow_run")
            #expect(run["workflow_run"]["name"].text == "CI" && run["workflow_run"]["conclusion"].text == "success")
            #expect(run["workflow_run"]["head_branch"].text == "topic" && run["action"].text == "completed")
            let dispatch = try await payload("repository_dispatch: {types: [deploy]}", "repository_dispatch")
            #expect(dispatch["action"].text == "deploy")
            let gone = try await payload("delete: {}", "delete", ref: "refs/tags/old")
            #expect(gone["ref"].text == "old" && gone["ref_type"].text == "tag")
            let pull = try await payload("pull_request: {}", "pull_request")
            #expect(pull["pull_request"]["head"]["ref"].text == "topic")
            #expect(pull["pull_request"]["base"]["ref"].text == "main")
        }
    }

    @Test(
        arguments: [
            ("push", #"{"ref": "refs/tags/v2"}"#, "refs/tags/v2"),
            ("pull_request", #"{"number": 7, "action": "opened"}"#, "refs/pull/7/merge"),
            ("release", #"{"release": {"tag_name": "v3"}}"#, "refs/tags/v3"),
            ("create", #"{"ref": "x", "ref_type": "branch"}"#, "refs/heads/x"),
            (
                "pull_request_target", #"{"number": 7, "pull_request": {"base": {"ref": "stable"}}}"#,
                "refs/heads/stable"
            ),
        ]
    )
    func aGivenPayloadSaysWhatTheEventIsAbout(name: String, payload: String, ref: String) async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.event = name
            settings.payload = payload
            let (event, _) = try await event("\(name): {}", settings, in: project)
            #expect(event.ref == ref)
        }
    }

    @Test func inputsComeFromThePayloadToo() async throws {
        try await TestProject.with { project in
            let inputs = """
                workflow_dispatch:
                    inputs:
                      where: {type: environment, required: true}
                      count: {type: number, default: 3}
                      dry: {type: boolean}
                """
            var settings = RunSettings()
            settings.event = "workflow_dispatch"
            settings.payload = #"{"inputs": {"where": "staging", "dry": "true"}}"#
            let (event, _) = try await event(inputs, settings, in: project)
            let given = event.payload["inputs"]
            #expect(given["where"].text == "staging" && given["count"].text == "3" && given["dry"].text == "true")
            settings.payload = nil
            settings.inputs = ["where": "x", "count": "many"]
            await #expect(throws: DiagnosticsError.self) { try await self.event(inputs, settings, in: project) }
        }
    }

    /// With an `origin`, all that it does not have is what would be pushed.
    @Test func pathsAreThoseOfThePushedRange() async throws {
        try await TestProject.with { project in
            let first = try await project.git("rev-parse", "HEAD")
            try project.write(["src/a.txt": "1"])
            try await project.commit("source")
            try project.write(["docs/a.md": "1"])
            try await project.commit("docs")
            let settings = RunSettings()
            #expect(try await event("push: {paths: ['src/**']}", settings, in: project).runs == false)
            try await project.git("update-ref", "refs/remotes/origin/main", first)
            let pushed = try await event("push: {paths: ['src/**']}", settings, in: project)
            #expect(pushed.runs)
            #expect(pushed.event.payload["before"].text == first)
            guard case .array(let commits) = pushed.event.payload["commits"] else { throw CancellationError() }
            #expect(commits.elements.map { $0["message"].text } == ["source", "docs"])
            // Local changes count as pushed: they are what runs.
            try project.write(["lib/new.txt": "1"])
            #expect(try await event("push: {paths: ['lib/**']}", settings, in: project).runs)
            #expect(try await event("push: {paths-ignore: ['**']}", settings, in: project).runs == false)
        }
    }

    @Test(arguments: [("[skip ci] x", "push"), ("x [no ci]", "pull_request"), ("x\n\n\nskip-checks: true", "push")])
    func aCommitMayAskForNothing(message: String, name: String) async throws {
        try await TestProject.with { project in
            try await project.git("commit", "-q", "--allow-empty", "-m", message)
            var settings = RunSettings()
            settings.event = name
            #expect(try await event("\(name): {}", settings, in: project).runs == false)
        }
    }
}
