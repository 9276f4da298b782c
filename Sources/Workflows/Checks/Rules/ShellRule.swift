internal import Core

/// Names of shells: built in, or a command with `{0}`.
struct ShellRule: StepRule {
    private static let names = ["bash", "sh", "pwsh", "python", "powershell", "cmd"]

    func check(_ step: WorkflowStep, in scope: StepScope) -> [Diagnostic] {
        let inherited = [scope.job?.stepsBody?.defaults?.shell, scope.workflow?.defaults?.shell]
        let own = step.run?.shell.flatMap { check($0, scope.job) } ?? []
        return own + inherited.flatMap { $0.flatMap { check($0, scope.job) } ?? [] }
    }

    private func check(_ shell: Template, _ job: WorkflowJob?) -> [Diagnostic]? {
        guard let name = shell.constantText else { return nil }
        if name.contains("{0}") { return nil }
        guard Self.names.contains(name) else {
            return [
                Diagnostic(
                    rule: "shell",
                    "Unknown shell \"\(name)\"",
                    at: shell.location,
                    help: Suggestion.nearest(to: name, in: Self.names).map { "Did you mean \"\($0)\"?" }
                        ?? "Use \(Self.names.joined(separator: ", ")), or a command with {0} where the script's file "
                        + "goes."
                )
            ]
        }
        guard name == "powershell" || name == "cmd", let job, isUnix(job) else { return nil }
        return [
            Diagnostic(rule: "shell", "\"\(name)\" exists on Windows only", at: shell.location, help: "Use \"pwsh\".")
        ]
    }

    private func isUnix(_ job: WorkflowJob) -> Bool {
        guard let label = job.stepsBody?.runsOn?.definition.text else { return false }
        return RunnerCatalog.system(of: label).map { $0 != "Windows" } ?? false
    }
}
