internal import Core

/// Workflow commands that GitHub's runner refuses or is about to.
struct DeprecatedCommandRule: StepRule {
    private static let commands: [(text: String, severity: Diagnostic.Severity, file: String)] = [
        ("::set-output ", .warning, "GITHUB_OUTPUT"),
        ("::save-state ", .warning, "GITHUB_STATE"),
        ("::set-env ", .error, "GITHUB_ENV"),
        ("::add-path::", .error, "GITHUB_PATH"),
    ]

    func check(_ step: WorkflowStep, in scope: StepScope) -> [Diagnostic] {
        guard let script = step.run?.script, script.text.contains("::") else { return [] }
        return Self.commands.flatMap { command in
            script.text.ranges(of: command.text).map { range in
                let offset = script.text.utf8.distance(from: script.text.startIndex, to: range.lowerBound)
                let name = command.text.split(separator: ":").first.map { $0.trimmingPrefix(" ") } ?? ""
                let verdict = command.severity == .error ? "is refused by the runner" : "is deprecated"
                return Diagnostic(
                    command.severity,
                    rule: "deprecated-command",
                    "The command \"\(String(name).trimmingSpace)\" \(verdict)",
                    at: script.source.location(at: offset),
                    help: "Append a line to the file that $\(command.file) names."
                )
            }
        }
    }
}
