internal import Core

/// Makes the YAML reader's messages more exact.
enum YAMLMistake {
    static func refined(_ diagnostic: Diagnostic, in text: String) -> Diagnostic {
        let message = diagnostic.message.split(separator: "\n").map { String($0).trimmingSpace }.joined(separator: " ")
        let place = diagnostic.rule == "duplicate-key" ? repeatedKey(diagnostic, in: text) : nil
        return Diagnostic(
            diagnostic.severity,
            rule: diagnostic.rule,
            message,
            at: place ?? diagnostic.location,
            help: diagnostic.help
        )
    }

    /// The reader knows the mapping and the key's name: the second line of the mapping with that name is meant.
    private static func repeatedKey(_ diagnostic: Diagnostic, in text: String) -> SourceLocation? {
        let parts = diagnostic.message.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        let key = parts[1]
        let start = diagnostic.location
        var seen = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated().dropFirst(start.line - 1) {
            let column = index == start.line - 1 ? start.column - 1 : line.prefix { $0 == " " }.count
            if column < start.column - 1, !line.allSatisfy(\.isWhitespace) { return nil }
            guard column == start.column - 1 else { continue }
            let rest = line.dropFirst(column)
            guard ["\(key):", "\"\(key)\":", "'\(key)':"].contains(where: rest.hasPrefix) else { continue }
            if seen { return SourceLocation(file: start.file, line: index + 1, column: start.column) }
            seen = true
        }
        return nil
    }
}
