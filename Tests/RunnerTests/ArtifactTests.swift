import Journal
import Testing

@testable import Runner

@Suite struct ArtifactTests {
    /// One job that uploads, another that downloads and lists what it got.
    private static func workflow(_ upload: String, _ download: String) -> String {
        func indented(_ text: String) -> String {
            text.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n")
        }
        return """
            on: push
            jobs:
              up:
                runs-on: ubuntu-latest
                steps:
                  - run: mkdir -p out/sub .dot && echo 1 > out/a.txt && echo 2 > out/sub/b.txt && echo 3 > out/.env && echo 4 > top.log && chmod +x out/a.txt && ln -s a.txt out/link
            \(indented(upload))
              a:
                needs: up
                runs-on: ubuntu-latest
                steps:
            \(indented(download))
                  - run: find . -type f | sort; stat -c %a $(find . -name a.txt) | head -1

            """
    }

    @Test(
        arguments: [
            ("path: out", "name: artifact", "./a.txt\n./link\n./sub/b.txt\n644\n"),
            ("path: out/a.txt", "name: artifact", "./a.txt\n644\n"),
            ("path: 'out/**/*.txt'", "name: artifact", "./a.txt\n./sub/b.txt\n644\n"),
            ("path: out/a.txt\n    top.log", "name: artifact", "./out/a.txt\n./top.log\n644\n"),
            (
                "path: out\n  include-hidden-files: true", "name: artifact",
                "./.env\n./a.txt\n./link\n./sub/b.txt\n644\n"
            ),
            ("path: out/a.txt", "path: here", "./here/artifact/a.txt\n644\n"),
            ("path: out/a.txt", "merge-multiple: true", "./a.txt\n644\n"),
            ("path: out/a.txt", "pattern: 'art*'", "./artifact/a.txt\n644\n"),
            ("path: out/a.txt", "pattern: '{x,y}*'", ""),
        ]
    )
    func goesFromJobToJob(upload: String, download: String, listing: String) async throws {
        try await TestProject.with { project in
            let up = upload.contains("\n    ") ? "|\n        " + upload.dropFirst(6) : upload
            let input =
                upload.contains("\n    ")
                ? "path: \(up.replacing("\n    top", with: "\n        top"))" : upload.replacing("\n  ", with: "\n    ")
            let run = try await project.run(
                Self.workflow(
                    "- uses: actions/upload-artifact@v4\n  with:\n    \(input)",
                    "- uses: actions/download-artifact@v4\n  with:\n    \(download)"
                )
            )
            #expect(run.record.conclusion == .success)
            #expect(try run.output().hasSuffix("has finished successfully\n\(listing)"))
        }
    }

    @Test(
        arguments: [
            ("- uses: actions/upload-artifact@v4\n  with: {path: nothing}", "success", "No files were found"),
            (
                "- uses: actions/upload-artifact@v4\n  with: {path: nothing, if-no-files-found: error}", "failure",
                "No files were found"
            ),
            (
                "- uses: actions/upload-artifact@v4\n  with: {path: nothing, if-no-files-found: ignore}", "success",
                "No files were found"
            ),
            (
                "- uses: actions/upload-artifact@v4\n  with: {path: top.log, name: 'a/b'}", "failure",
                "Contains the following character: Forward slash"
            ),
            (
                "- uses: actions/upload-artifact@v4\n  with: {path: top.log}\n- uses: actions/upload-artifact@v4\n  with: {path: out}",
                "failure", "(409) Conflict"
            ),
            (
                "- uses: actions/upload-artifact@v4\n  with: {path: top.log}\n- uses: actions/upload-artifact@v4\n  with: {path: out, overwrite: true}",
                "success", "deleted"
            ),
            (
                "- uses: actions/upload-artifact@v4\n  with: {path: top.log, wrong: 1}", "success",
                "Unexpected input(s) 'wrong'"
            ),
            (
                "- uses: actions/download-artifact@v4\n  with: {name: none}", "failure",
                "Artifact not found for name: none"
            ),
        ]
    )
    func warnsAndRefusesAsTheOriginal(steps: String, result: String, message: String) async throws {
        try await TestProject.with { project in
            let run = try await project.run(Self.workflow(steps, "- run: echo"))
            #expect(try run.result("up") == result)
            #expect(try run.output("up").contains(message))
        }
    }

    @Test func givesOutputs() async throws {
        try await TestProject.with { project in
            let steps = """
                - uses: actions/upload-artifact@v4
                  id: u
                  with: {path: out}
                - run: echo "id ${{ steps.u.outputs.artifact-id }} ${#D}"
                  env: {D: "${{ steps.u.outputs.artifact-digest }}"}
                """
            let run = try await project.run(Self.workflow(steps, "- run: echo"))
            #expect(try run.output("up").hasSuffix("id 1 64\n"))
        }
    }
}
