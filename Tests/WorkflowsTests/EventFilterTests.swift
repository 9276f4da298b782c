import Core
import Testing

@testable import Workflows

@Suite struct EventFilterTests {
    struct Case: CustomTestStringConvertible {
        let on: String
        let event: RunEvent
        let files: [String]?
        let runs: Bool
        var testDescription: String { "\(on) \(event.name) \(event.ref) \(event.payload.compactJSON)" }
    }

    private static func push(_ on: String, _ ref: String, _ runs: Bool, files: [String]? = ["a.txt"]) -> Case {
        Case(on: on, event: event("push", ref), files: files, runs: runs)
    }

    private static func pull(_ on: String, _ action: String, base: String = "main", _ runs: Bool) -> Case {
        let payload: ExpressionValue = ["action": .string(action), "pull_request": ["base": ["ref": .string(base)]]]
        return Case(on: on, event: event("pull_request", "refs/pull/7/merge", payload), files: ["a.md"], runs: runs)
    }

    private static func other(_ on: String, _ name: String, _ payload: ExpressionValue, _ runs: Bool) -> Case {
        Case(on: on, event: event(name, "refs/heads/main", payload), files: nil, runs: runs)
    }

    private static func event(_ name: String, _ ref: String, _ payload: ExpressionValue = [:]) -> RunEvent {
        RunEvent(name: name, ref: ref, sha: "abc", payload: payload)
    }

    private static let main = "refs/heads/main"
    private static let tag = "refs/tags/v1.0"

    static let cases: [Case] = [
        push("push", main, true), push("push", tag, true), push("[pull_request]", main, false),
        push("{ push: }", tag, true),
        // Branches and tags.
        push("{ push: { branches: [main] } }", main, true),
        push("{ push: { branches: [main] } }", "refs/heads/dev", false),
        push("{ push: { branches: [main] } }", tag, false),
        push("{ push: { branches-ignore: [dev] } }", tag, false),
        push("{ push: { branches-ignore: [dev] } }", main, true),
        push("{ push: { branches-ignore: ['d*'] } }", "refs/heads/dev", false),
        push("{ push: { tags: ['v*'] } }", tag, true),
        push("{ push: { tags: ['v*'] } }", main, false),
        push("{ push: { tags-ignore: ['v*'] } }", tag, false),
        push("{ push: { tags-ignore: ['x*'] } }", main, false),
        push("{ push: { branches: [x], tags: ['v*'] } }", tag, true),
        push("{ push: { branches: ['releases/**'] } }", "refs/heads/releases/a/b", true),
        push("{ push: { branches: ['releases/*'] } }", "refs/heads/releases/a/b", false),
        // Order decides.
        push("{ push: { branches: ['r/**', '!r/**-alpha'] } }", "refs/heads/r/1-alpha", false),
        push("{ push: { branches: ['!r/**-alpha', 'r/**'] } }", "refs/heads/r/1-alpha", true),
        push("{ push: { branches: ['**', '!a', 'a'] } }", "refs/heads/a", true),
        push("{ push: { branches: ['!a'] } }", "refs/heads/b", false),
        // Paths.
        push("{ push: { paths: ['**.swift'] } }", main, true, files: ["x.md", "a/b.swift"]),
        push("{ push: { paths: ['**.swift'] } }", main, false, files: ["x.md"]),
        push("{ push: { paths: ['src/**', '!src/docs/**'] } }", main, false, files: ["src/docs/a"]),
        push("{ push: { paths: ['src/**', '!src/docs/**'] } }", main, true, files: ["src/docs/a", "src/b"]),
        push("{ push: { paths-ignore: ['**.md'] } }", main, false, files: ["a.md", "b/c.md"]),
        push("{ push: { paths-ignore: ['**.md'] } }", main, true, files: ["a.md", "b.c"]),
        push("{ push: { paths: [x] } }", main, true, files: nil),
        push("{ push: { paths: [x] } }", tag, true, files: ["y"]),
        push("{ push: { paths: [x] } }", main, false, files: []),
        push("{ push: { branches: [main], paths: [x] } }", main, false, files: ["y"]),
        push("{ push: { paths: [z] } }", main, false, files: (0..<300).map { "f\($0)" } + ["z"]),
        // Pull requests: default types, the base branch.
        pull("pull_request", "opened", true), pull("pull_request", "synchronize", true),
        pull("pull_request", "reopened", true), pull("pull_request", "closed", false),
        pull("pull_request", "labeled", false),
        pull("{ pull_request: { types: [closed] } }", "closed", true),
        pull("{ pull_request: { types: [closed] } }", "opened", false),
        pull("{ pull_request: { types: closed, branches: [main] } }", "closed", true),
        pull("{ pull_request: { branches: [main] } }", "opened", base: "dev", false),
        pull("{ pull_request: { branches-ignore: [main] } }", "opened", base: "dev", true),
        pull("{ pull_request: { paths: ['**.md'] } }", "opened", true),
        pull("{ pull_request: { paths: ['**.swift'] } }", "opened", false),
        // The rest.
        other("release", "release", ["action": "deleted"], true),
        other("{ release: { types: [published] } }", "release", ["action": "published"], true),
        other("{ release: { types: [published] } }", "release", ["action": "created"], false),
        other("[issues]", "issues", ["action": "labeled"], true),
        other("{ workflow_run: { workflows: [CI] } }", "workflow_run", ["workflow_run": ["name": "CI"]], true),
        other("{ workflow_run: { workflows: [CI] } }", "workflow_run", ["workflow_run": ["name": "CD"]], false),
        other(
            "{ workflow_run: { workflows: [CI], branches: [dev] } }",
            "workflow_run",
            ["workflow_run": ["name": "CI", "head_branch": "main"]],
            false
        ),
        other("{ schedule: [{ cron: '0 0 * * *' }] }", "schedule", ["schedule": "0 0 * * *"], true),
        other("{ schedule: [{ cron: '0 0 * * *' }] }", "schedule", ["schedule": "5 0 * * *"], false),
        other("{ schedule: [{ cron: '0 0 * * *' }] }", "schedule", [:], true),
        other("{ repository_dispatch: { types: [go] } }", "repository_dispatch", ["action": "go"], true),
        other("{ repository_dispatch: { types: [go] } }", "repository_dispatch", ["action": "stop"], false),
        other("create", "create", [:], true), other("delete", "delete", [:], true),
        other("workflow_dispatch", "workflow_dispatch", [:], true),
        other(
            "{ merge_group: { branches: [main] } }",
            "merge_group",
            ["action": "checks_requested", "merge_group": ["base_ref": "refs/heads/main"]],
            true
        ),
        other("push", "push", ["head_commit": ["message": "x [skip ci]"]], false),
        other("push", "push", ["head_commit": ["message": "x [ci skip] y"]], false),
        other("push", "push", ["head_commit": ["message": "skip ci"]], true),
    ]

    @Test(arguments: cases) func decides(row: Case) throws {
        let text = "on: \(row.on)\njobs: { j: { runs-on: x, steps: [{ run: x }] } }\n"
        let workflow = try WorkflowParser.parse(text, path: "e.yml").get()
        let decision = EventFilter.decide(workflow, for: row.event) { row.files }
        #expect(decision.runs == row.runs, "\(decision.reasons)")
        #expect(!decision.reasons.isEmpty)
    }

    @Test func asksForFilesOnlyWhenItMust() throws {
        let text = "on: { push: { branches: [main], paths: [x] } }\njobs: { j: { runs-on: x, steps: [{ run: x }] } }\n"
        let workflow = try WorkflowParser.parse(text, path: "e.yml").get()
        var asked = 0
        for ref in ["refs/heads/dev", Self.tag, Self.main] {
            _ = EventFilter.decide(workflow, for: Self.event("push", ref)) {
                asked += 1
                return []
            }
        }
        #expect(asked == 1)
    }

    @Test func explainsItself() throws {
        let text = "on: { push: { branches: [main], paths: [x] } }\njobs: { j: { runs-on: x, steps: [{ run: x }] } }\n"
        let workflow = try WorkflowParser.parse(text, path: "e.yml").get()
        let decision = EventFilter.decide(workflow, for: Self.event("push", Self.main)) { ["y"] }
        #expect(
            decision.reasons == [
                "branches [main]: the branch is main", "paths [x]: 1 changed files, none of them counts",
            ]
        )
    }
}
