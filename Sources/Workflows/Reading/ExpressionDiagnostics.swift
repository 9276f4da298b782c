internal import Core

/// Turns mistakes of an expression into messages for the user of a file.
enum ExpressionDiagnostics {
    static func diagnostic(
        for error: ExpressionError,
        in place: ExpressionPlace,
        at location: SourceLocation
    ) -> Diagnostic {
        guard let name = error.unknownName else {
            // The position is the diagnostic's own; counting characters is for messages without a place.
            let message = error.message.split(separator: ". Located at position").first.map(String.init)
            let help = error.message.contains("'\"") ? "Strings need single quotes." : nil
            return Diagnostic(rule: "expression", message ?? error.message, at: location, help: help)
        }
        if error.message.hasPrefix("Unrecognized function") { return unknownFunction(name, in: place, at: location) }
        let known = Set(["github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix"])
            .union(["needs", "inputs"])
        if known.contains(name.lowercased()) {
            return Diagnostic(
                rule: "context-availability",
                "Context \"\(name)\" is not available in \(place.name)",
                at: location,
                help: "Available here: \(place.scope.contexts.joined(separator: ", "))."
            )
        }
        return Diagnostic(
            rule: "expression",
            "Unknown context \"\(name)\"",
            at: location,
            help: Suggestion.nearest(to: name, in: place.scope.contexts).map { "Did you mean \"\($0)\"?" }
                ?? "Available here: \(place.scope.contexts.joined(separator: ", ")). Strings need single quotes."
        )
    }

    private static func unknownFunction(
        _ name: String,
        in place: ExpressionPlace,
        at location: SourceLocation
    ) -> Diagnostic {
        let names = place.scope.functionNames
        if ExpressionFunction(named: name) != nil {
            return Diagnostic(
                rule: "context-availability",
                "Function \"\(name)\" is not available in \(place.name)",
                at: location,
                help: "Available here: \(names.joined(separator: ", "))."
            )
        }
        return Diagnostic(
            rule: "expression",
            "Unknown function \"\(name)\"",
            at: location,
            help: Suggestion.help(for: name, in: names)
        )
    }
}
