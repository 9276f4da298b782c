import Core
import Foundation
import Journal
import Testing

@testable import Runner

/// `actions/checkout` against real repositories.
@Suite struct CheckoutTests {
    private static let checkout = StepTests.job(
        "- uses: actions/checkout@v4\n- run: cat README.md; git status --short; git log --format=%s"
    )

    @Test func theWorkingTreeIsSeenWithItsChangesAndTheCommitAloneOnRequest() async throws {
        try await TestProject.with(["gone.txt": "x\n", "sub/.gitignore": "*.log\n"]) { project in
            try project.write(["README.md": "changed\n", "new.txt": "n\n", "sub/a.log": "ignored\n"])
            try FileManager.default.removeItem(at: project.root.appending(path: "gone.txt"))
            let before = try await project.git("status", "--porcelain")
            let run = try await project.run(Self.checkout)
            #expect(run.record.dirty)
            #expect(try run.output().contains("changed\n M README.md\n D gone.txt\n?? .github/\n?? new.txt\nfirst\n"))
            #expect(try run.output().contains("commit + local changes"))
            let after = try await project.git("status", "--porcelain")
            #expect(before.split(separator: "\n").allSatisfy { after.contains($0) })

            // The commit alone has the workflow of the commit, not the edited one.
            try await project.git("add", ".github")
            try await project.git("commit", "-q", "-m", "workflow", ".github")
            var settings = RunSettings()
            settings.isCommittedOnly = true
            try project.write([".github/workflows/test.yml": "not even a workflow"])
            let (_, prepared) = try await project.prepare(settings: settings)
            #expect(prepared.workflow.jobs.map(\.id) == ["a"])
            let committed = try await project.run(Self.checkout, settings: settings)
            #expect(!committed.record.dirty)
            #expect(try committed.output().hasSuffix("hello\nworkflow\n"))
            let tree = try await project.git("rev-parse", "HEAD^{tree}")
            #expect(committed.record.tree == tree)
        }
    }

    @Test func aFileThatDidNotChangeKeepsItsModificationTime() async throws {
        try await TestProject.with(["same.txt": "1\n", "edited.txt": "1\n", "mode.sh": "1\n"]) { project in
            let show = StepTests.job("- uses: actions/checkout@v4\n- run: stat -c '%n %y' *")
            func times(_ run: TestRun) throws -> [String: String] {
                let lines = try run.output().split(separator: "\n").filter { $0.contains(" 20") }
                return Dictionary(
                    lines.map { line in
                        let parts = line.split(separator: " ", maxSplits: 1)
                        return (String(parts[0]), String(parts[1]))
                    },
                    uniquingKeysWith: { $1 }
                )
            }
            let first = try times(try await project.run(show))
            try project.write(["edited.txt": "2\n", "same.txt": "1\n"])
            chmod(project.root.appending(path: "mode.sh").path, 0o755)
            let second = try times(try await project.run(show))
            #expect(first["same.txt"] != nil && first["same.txt"] == second["same.txt"])
            #expect(first["README.md"] == second["README.md"])
            #expect(first["edited.txt"] != second["edited.txt"])
            #expect(first["mode.sh"] != second["mode.sh"])
        }
    }

    @Test func depthTagsAndBranchesAreAsOnGitHub() async throws {
        try await TestProject.with { project in
            try await project.git("tag", "v0.1")
            try await project.commit("second")
            try await project.git("branch", "other")
            let steps = """
                - uses: actions/checkout@v4
                - run: echo "$(git rev-list --count HEAD) $(git symbolic-ref HEAD) $(git tag | wc -l)"
                - uses: actions/checkout@v4
                  with: {path: full, fetch-depth: 0}
                - run: cd full; echo "$(git rev-list --count HEAD) $(git branch -r | xargs) $(git tag)"
                - uses: actions/checkout@v4
                  id: old
                  with: {path: old, ref: v0.1}
                - run: cd old; echo "$(git log --format=%s) ${{ steps.old.outputs.ref }} $(git symbolic-ref -q HEAD || echo detached)"
                - run: echo $(test "$(git rev-parse HEAD)" = "$GITHUB_SHA" && echo same)
                """
            let output = try await project.run(StepTests.job(steps)).output()
            #expect(output.contains("1 refs/heads/main 0\n"))
            #expect(output.contains("2 origin/main origin/other v0.1\n"))
            #expect(output.contains("first v0.1 detached\n"))
            #expect(output.contains("\nsame\n"))

            var settings = RunSettings()
            settings.ref = "refs/tags/v9.9.9"
            let tagged = StepTests.job(
                "- uses: actions/checkout@v4\n- run: echo \"$GITHUB_REF_NAME $GITHUB_REF_TYPE $(git describe --tags)\""
            )
            let run6 = try await project.run(tagged, settings: settings)
            #expect(try run6.output().contains("v9.9.9 tag v9.9.9\n"))
        }
    }

    @Test(
        arguments: [
            ("repository: other/thing", "Only this repository"),
            ("ref: nowhere", "could not be found"),
            ("path: ../../outside", "is not under"),
            ("fetch-depth: many", "must be a number"),
        ]
    )
    func refusesWhatItCannotDo(input: String, message: String) async throws {
        try await TestProject.with { project in
            let run = try await project.run(StepTests.job("- uses: actions/checkout@v4\n  with: {\(input)}"))
            #expect(run.record.conclusion == .failure)
            #expect(try run.output().contains(message))
        }
    }

    @Test func sparseCheckoutKeepsOnlyWhatIsAskedFor() async throws {
        try await TestProject.with(["a/x": "1", "b/y": "2"]) { project in
            let run = try await project.run(
                StepTests.job("- uses: actions/checkout@v4\n  with: {sparse-checkout: a}\n- run: ls")
            )
            #expect(try run.output().hasSuffix("README.md\na\n"))
        }
    }

    @Test func theStateFolderIsNeverPartOfTheSource() async throws {
        try await TestProject.with([".gitignore": "nothing\n"]) { project in
            _ = try await project.run(Self.checkout)
            let run = try await project.run(StepTests.job("- uses: actions/checkout@v4\n- run: ls -A"))
            #expect(try !run.output().contains(".slipway"))
        }
    }
}
