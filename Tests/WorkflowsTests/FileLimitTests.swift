import Core
import Testing

@testable import Workflows

@Suite struct FileLimitTests {
    private let head = "on: push\njobs: { j: { runs-on: x, steps: [{ run: x }] } }\n"

    @Test func acceptsOneMebibyte() {
        let filler = "#" + String(repeating: "x", count: (1 << 20) - head.utf8.count - 2) + "\n"
        #expect(WorkflowParser.parse(head + filler, path: "l.yml").diagnostics.isEmpty)
        let more = WorkflowParser.parse(head + filler + "#", path: "l.yml")
        #expect(more.diagnostics.map(\.message) == ["The file has 1048577 bytes; GitHub accepts at most 1048576"])
    }

    @Test func survivesDeepNesting() {
        let deep = String(repeating: "[", count: 20_000)
        #expect(WorkflowParser.parse("on: \(deep)", path: "l.yml").hasErrors)
        #expect(WorkflowParser.parse("env: { A: \(String(repeating: "{a: ", count: 500)) }", path: "l.yml").hasErrors)
    }

    @Test(arguments: [
        "\u{0}", "on: [", "\t", "a: b: c", "- - -", "%YAML 9", "on: *x", "? [a]: b", "a: 1\n---\nb: 2", "&a [*a]",
    ])
    func survivesNonsense(text: String) {
        #expect(WorkflowParser.parse(text, path: "l.yml").hasErrors)
        #expect(ActionParser.parse(text, path: "l.yml").hasErrors)
    }

    /// Every prefix and every file with a part cut out must give a verdict.
    @Test func survivesEveryCut() throws {
        let text = """
            on: { push: { branches: [a] }, workflow_call: { inputs: { a: { type: string } } } }
            env: { A: "${{ github.ref }} x" }
            jobs:
              a:
                if: ${{ always() && github.ref == 'x' }}
                runs-on: [a, b]
                strategy: { matrix: { a: [1, { b: c }], include: [{ a: 1 }] } }
                steps:
                  - run: |
                      echo ${{ matrix.a }}
                  - uses: a/b@c
                    with: { x: y }
            """
        let checker = WorkflowChecker()
        let characters = Array(text)
        for index in stride(from: 0, to: characters.count, by: 3) {
            _ = checker.check(workflow: String(characters[..<index]), path: "c.yml")
            let cut = characters[..<index] + characters[min(index + 7, characters.count)...]
            _ = checker.check(workflow: String(cut), path: "c.yml")
        }
    }
}
