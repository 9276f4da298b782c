package import Core

/// The findings of a check over some files, and the forms in which they are printed.
package struct CheckReport: Sendable {
    package struct File: Sendable {
        package let path: String
        package let text: String
        package let diagnostics: [Diagnostic]

        package init(path: String, text: String, diagnostics: [Diagnostic]) {
            self.path = path
            self.text = text
            self.diagnostics = diagnostics
        }
    }

    package let files: [File]

    package init(_ files: [File]) { self.files = files }

    package var diagnostics: [Diagnostic] { files.flatMap(\.diagnostics) }

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// `file:line:column: severity: message [rule]`, the line with a caret, and the advice, for each finding; then a
    /// summary. A finding in another file than the checked one comes without its line.
    package func text(color: Bool = false) -> String {
        var lines: [String] = []
        for file in files {
            for diagnostic in file.diagnostics {
                let plain =
                    diagnostic.location.file == file.path
                    ? diagnostic.rendered(source: file.text) : diagnostic.text
                lines.append(color ? Self.colored(plain, diagnostic) : plain)
            }
        }
        lines.append(summary)
        return lines.joined(separator: "\n") + "\n"
    }

    private var summary: String {
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count { $0.severity == .warning }
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        let notes = diagnostics.count - errors - warnings
        return "\(count(files.count, "file")) checked: \(count(errors, "error")), \(count(warnings, "warning"))"
            + (notes > 0 ? ", \(count(notes, "note"))" : "")
    }

    private static func colored(_ text: String, _ diagnostic: Diagnostic) -> String {
        let word = diagnostic.severity.rawValue
        let color = diagnostic.severity == .error ? "\u{1B}[31m" : diagnostic.severity == .warning ? "\u{1B}[33m" : ""
        let reset = "\u{1B}[0m"
        let head = "\(diagnostic.location): \(word):"
        guard text.hasPrefix(head) else { return text }
        return "\u{1B}[1m\(diagnostic.location):\(reset) \(color)\(word):\(reset)\(text.dropFirst(head.count))"
    }

    /// An array of objects with `file`, `line`, `column`, `severity`, `rule`, `message` and `help`.
    package var json: JSON {
        .array(
            diagnostics.map { diagnostic in
                [
                    "file": .string(diagnostic.location.file),
                    "line": .int(Int64(diagnostic.location.line)),
                    "column": .int(Int64(diagnostic.location.column)),
                    "severity": .string(diagnostic.severity.rawValue),
                    "rule": .string(diagnostic.rule),
                    "message": .string(diagnostic.message),
                    "help": diagnostic.help.map(JSON.string) ?? .null,
                ]
            }
        )
    }

    /// A SARIF 2.1.0 log with one run.
    package func sarif(toolVersion: String) -> JSON {
        let rules = Set(diagnostics.map(\.rule)).sorted()
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": [
                        "driver": [
                            "name": "slipway check",
                            "version": .string(toolVersion),
                            "rules": .array(rules.map(Self.rule)),
                        ]
                    ],
                    "columnKind": "unicodeCodePoints",
                    "results": .array(diagnostics.map { Self.result($0, rules) }),
                ]
            ],
        ]
    }

    private static func rule(_ id: String) -> JSON {
        guard let entry = RuleCatalog.entry(id) else { return ["id": .string(id)] }
        return ["id": .string(id), "shortDescription": ["text": .string(entry.summary)]]
    }

    private static func result(_ diagnostic: Diagnostic, _ rules: [String]) -> JSON {
        let text = diagnostic.message + (diagnostic.help.map { "\n\($0)" } ?? "")
        return [
            "ruleId": .string(diagnostic.rule),
            "ruleIndex": .int(Int64(rules.firstIndex(of: diagnostic.rule) ?? 0)),
            "level": .string(diagnostic.severity.rawValue),
            "message": ["text": .string(text)],
            "locations": [
                [
                    "physicalLocation": [
                        "artifactLocation": ["uri": .string(diagnostic.location.file)],
                        "region": [
                            "startLine": .int(Int64(diagnostic.location.line)),
                            "startColumn": .int(Int64(diagnostic.location.column)),
                        ],
                    ]
                ]
            ],
        ]
    }
}
