/// One thing that is wrong, or odd, in a file the user wrote.
package struct Diagnostic: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable {
        case error, warning, note
    }

    package let severity: Severity
    /// A stable name of the rule, apart from its wording: `unknown-key`, `undefined-need`.
    package let rule: String
    package let message: String
    package let location: SourceLocation
    /// What the user can do about it, as a sentence; nil where the message says it all.
    package let help: String?

    package init(
        _ severity: Severity = .error,
        rule: String,
        _ message: String,
        at location: SourceLocation,
        help: String? = nil
    ) {
        self.severity = severity
        self.rule = rule
        self.message = message
        self.location = location
        self.help = help
    }

    /// `file:line:column: error: message [rule]`, with the help behind it.
    package var text: String {
        "\(location): \(severity.rawValue): \(message) [\(rule)]" + (help.map { "\n    \($0)" } ?? "")
    }

    /// The text with the source line and a caret below it.
    package func rendered(source: String) -> String {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(location.line - 1) else { return text }
        let line = lines[location.line - 1]
        let caret = String(repeating: " ", count: max(0, location.column - 1)) + "^"
        return "\(location): \(severity.rawValue): \(message) [\(rule)]\n    \(line)\n    \(caret)"
            + (help.map { "\n    \($0)" } ?? "")
    }
}

/// Several diagnostics at once: a user wants to see every mistake of a file, not the first.
package struct DiagnosticsError: Error, Sendable, CustomStringConvertible {
    package let diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics.sorted { $0.location < $1.location }
    }

    package var description: String { diagnostics.map(\.text).joined(separator: "\n") }
}
