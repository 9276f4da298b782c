import Testing

@testable import Workflows

/// Rows of `expression  =>  JSON of its value`, or `expression  =>  !text of the error`.
struct ExpressionTable {
    struct Row: CustomTestStringConvertible {
        let source: String
        let expected: String
        var testDescription: String { source }
    }

    /// Comments start with `# `; rows without `=>` are mistakes of the table.
    static func rows(_ table: String) -> [Row] {
        table.split(separator: "\n").filter { !$0.hasPrefix("# ") }.map { line in
            let parts = line.split(separator: "  =>  ", maxSplits: 1)
            guard parts.count == 2 else { return Row(source: "!", expected: "the table has a row without =>: \(line)") }
            return Row(source: String(parts[0]), expected: String(parts[1]))
        }
    }

    /// What all tables may name.
    static let context = EvaluationContext(
        [
            "github": [
                "ref": "refs/heads/main", "event_name": "push", "sha": "abc123", "actor": "mona",
                "event": [
                    "issue": [
                        "title": "A bug", "labels": [["name": "bug", "id": 1], ["name": "p1", "id": 2], ["id": 3]],
                    ],
                    "commits": [["message": "one"], ["message": "two"]],
                    "nothing": .null, "flag": true, "zero": 0, "empty": "",
                ],
            ],
            "matrix": ["os": "ubuntu-latest", "node": 20, "list": [1, 2, 3], "nested": ["a": ["b": "deep"]]],
            "env": .object(
                ExpressionObject([("PATH", "/bin"), ("Path", "other"), ("EMPTY", "")], caseSensitive: true)
            ),
            "steps": [
                "build": ["outputs": ["version": "1.2.3", "json": "{\"a\":[1,{\"b\":null}]}"], "outcome": "success"],
                "test-it": ["outputs": ["0": "zero"], "outcome": "failure"],
            ],
            "needs": ["a": ["result": "success"], "b": ["result": "failure"], "c": ["result": "skipped"]],
            "vars": ["NUMBER": "42", "HEX": "0x1F", "FLAG": "true", "SPACE": "  7  "],
        ],
        status: StepStatus.failure,
        hashFiles: { patterns in "hash(\(patterns.joined(separator: "|")))" }
    )

    static let scope = ExpressionScope(
        contexts: ["github", "matrix", "env", "steps", "needs", "vars"],
        functions: [.hashFiles: 1...255, .success: 0...0, .failure: 0...0, .always: 0...0, .cancelled: 0...0]
    )

    static func check(_ row: Row, sourceLocation: Testing.SourceLocation = #_sourceLocation) {
        let result: String
        do {
            result = try Expression.parse(row.source, scope: scope).evaluate(in: context).compactJSON
        } catch {
            result = "!\(error)"
        }
        let passes = row.expected.hasPrefix("!") ? result.hasPrefix(row.expected) : result == row.expected
        #expect(passes, "\(row.source) gave \(result), not \(row.expected)", sourceLocation: sourceLocation)
    }
}

extension ExpressionValue {
    /// JSON on one line, in which NaN and infinities can be seen.
    var compactJSON: String {
        switch self {
        case .array(let array): "[" + array.elements.map(\.compactJSON).joined(separator: ",") + "]"
        case .object(let object):
            "{" + object.entries.map { "\"\($0.key)\":\($0.value.compactJSON)" }.joined(separator: ",") + "}"
        default: json
        }
    }
}
