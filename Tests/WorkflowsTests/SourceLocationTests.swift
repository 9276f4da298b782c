import Core
import Testing

@testable import Workflows

/// Every mark `@` of a file must be found again by the expression that stands there.
@Suite struct SourceLocationTests {
    /// The scalar in each way YAML can write it; `§` stands where the mistake is.
    @Test(arguments: [
        "a: ${{ §nope }}",
        "a: text ${{ §nope }} more",
        "a: 'it''s ${{ §nope }}'",
        "a: \"tab \\t quote \\\" ${{ §nope }}\"",
        "a: ünïcödé 😀 ${{ §nope }}",
        "a: |\n    one\n    two ${{ §nope }}\n",
        "a: |-\n      indented\n        more ${{ github.ref }} ${{ §nope }}",
        "a: >\n    folded\n    line ${{ §nope }}\n\n    last",
        "a: >-\n\n    after a blank ${{ §nope }}",
        "a: plain over\n    two lines ${{ §nope }}",
        "a: 'quoted over\n\n    lines ${{ §nope }}'",
        "a: \"escaped \\\n    line break ${{ §nope }}\"",
        "a: &anchor ${{ §nope }}",
        "a: !!str ${{ §nope }}",
        "a: ${{ github.ref == 'x' && §nope }}",
        "a: ${{ github.ref == 'x'\n    && §nope }}",
        "{ a: 1, b: \"${{ §nope }}\" }",
        "a: |\n    first\r\n    second ${{ §nope }}\r\n",
    ])
    func findsTheMistake(yaml: String) throws {
        let env = yaml.hasPrefix("{") ? " \(yaml)" : "\n  \(yaml)"
        let marked = "on: push\nenv:\(env)\njobs: { j: { runs-on: x, steps: [{ run: x }] } }\n"
        let before = try #require(marked.firstIndex(of: "§"))
        let lines = marked[..<before].unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines.count
        let column = (lines.last?.count ?? 0) + 1
        let parsed = WorkflowParser.parse(marked.replacing("§", with: ""), path: "s.yml")
        #expect(parsed.diagnostics.map(\.location) == [SourceLocation(file: "s.yml", line: line, column: column)])
    }
}
