import Core
import Foundation
import Testing

@testable import Workflows

/// Each file of `Golden` with the findings it must have, beside it in a `.txt`: a new case needs no code.
///
/// `SLIPWAY_UPDATE_GOLDEN=1` writes what is found; look at the difference before committing it.
@Suite struct GoldenCheckTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let cases: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".yml") }.sorted()
    }()

    @Test func thereAreCases() { #expect(Self.cases.count >= 20) }

    @Test(arguments: cases) func findsExactlyWhatItMust(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        let checker = WorkflowChecker(files: Repository())
        let found =
            name.contains("action")
            ? checker.check(action: text, path: name)
            : checker.check(workflow: text, path: name)
        let report = found.map(\.text).joined(separator: "\n") + (found.isEmpty ? "" : "\n")
        let expected = Self.folder.appending(path: String(name.dropLast(4)) + ".txt")
        if ProcessInfo.processInfo.environment["SLIPWAY_UPDATE_GOLDEN"] == "1" {
            try report.write(to: expected, atomically: true, encoding: .utf8)
        }
        let wanted = (try? String(contentsOf: expected, encoding: .utf8)) ?? "there is no \(expected.lastPathComponent)"
        #expect(report == wanted)
        if name.hasPrefix("ok-") { #expect(!found.contains { $0.severity == .error }) }
    }

    /// What the cases refer to.
    private struct Repository: ReferencedFiles {
        var isAvailable: Bool { true }

        func contents(of path: String) -> String? {
            switch path {
            case ".github/actions/greet/action.yml":
                """
                name: Greet
                description: Says hello.
                inputs:
                  who:
                    required: true
                  old:
                    deprecationMessage: use who
                outputs:
                  greeting:
                    value: ${{ steps.say.outputs.text }}
                runs:
                  using: composite
                  steps:
                    - id: say
                      run: echo "text=hello" >> "$GITHUB_OUTPUT"
                      shell: bash
                """
            case ".github/workflows/called.yml":
                """
                on:
                  workflow_call:
                    inputs:
                      count: { type: number, required: true }
                      loud: { type: boolean }
                      text: { type: string, default: x }
                    secrets:
                      token: { required: true }
                    outputs:
                      result:
                        value: ${{ jobs.a.outputs.x }}
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    outputs:
                      x: 1
                    steps:
                      - run: "true"
                """
            case ".github/workflows/loop.yml":
                "on: workflow_call\njobs: { a: { uses: ./.github/workflows/loop2.yml } }\n"
            case ".github/workflows/loop2.yml":
                "on: workflow_call\njobs: { a: { uses: ./.github/workflows/loop.yml } }\n"
            case ".github/workflows/not-callable.yml": "on: push\njobs: {}\n"
            default: nil
            }
        }
    }
}
