import Core
import Foundation
import Testing

@testable import Runner

/// What bash offers, asked as a user's bash asks.
@Suite(.enabled(if: BuiltBinary.path != nil, "the slipway binary is not beside the tests"))
struct CompletionTests {
    private static let workflow = """
        on: push
        jobs: {a: {runs-on: linux, steps: [{run: 'true'}]}}
        """

    // `line` is what was typed until now; its last word is completed.
    private func offered(_ line: String, in project: TestProject) async throws -> [String] {
        let binary = try #require(BuiltBinary.path)
        let folder = URL(filePath: binary).deletingLastPathComponent().path
        let script = """
            PATH="\(folder):$PATH"
            source <(slipway --generate-completion-script bash)
            COMP_WORDS=(\(line.hasSuffix(" ") ? line + "''" : line)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}
            _slipway slipway "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        var variables = ProcessInfo.processInfo.environment
        variables["SLIPWAY_DIR"] = nil
        let output = try await ToolRunner(environment: variables).require(
            "bash",
            ["-c", script],
            in: project.root.path
        )
        return output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test func namesOfTheProjectAreOffered() async throws {
        let files = [
            ".github/workflows/ci.yml": Self.workflow, ".github/workflows/cd.yaml": Self.workflow,
            ".github/workflows/README.md": "no workflow",
            "slipway.yml": """
            image: localhost/api
            deployment: api
            container: api
            environments:
              staging: {manifests: k8s, namespace: s}
              production: {manifests: k8s, namespace: p}
            """,
        ]
        try await TestProject.with(files) { project in
            #expect(try await offered("slipway lo", in: project) == ["load", "logs"])
            #expect(try await offered("slipway pod", in: project).isEmpty)
            #expect(try await offered("slipway run c", in: project) == ["cd.yaml", "ci.yml"])
            #expect(try await offered("slipway logs ", in: project).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: project.state.url.path))
            #expect(try await slipway(project, "run", "ci").end.isSuccess)
            let runs = try await offered("slipway logs ", in: project)
            #expect(runs.count == 2 && runs.first == "latest")
            #expect(try await offered("slipway status st", in: project) == ["staging"])
        }
    }
}
