internal import Core

/// Names of environment variables that no shell or runner accepts.
struct VariableNameRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        var found = check(context.workflow.env)
        for job in context.workflow.jobs {
            found += check(job.stepsBody?.env)
            for step in job.allSteps { found += check(step.env) }
        }
        return found
    }

    private func check(_ env: TemplateValue?) -> [Diagnostic] {
        (env?.mapping ?? []).compactMap { entry in
            guard let name = entry.name else { return nil }
            if let character = name.first(where: { $0 == "=" || $0.isWhitespace || $0 == "&" }) {
                return Diagnostic(
                    rule: "variable-name",
                    "The name of a variable must not contain \"\(character)\"",
                    at: entry.key.location
                )
            }
            let upper = name.uppercased()
            if upper.hasPrefix("GITHUB_") && upper != "GITHUB_TOKEN" || upper.hasPrefix("RUNNER_") {
                return Diagnostic(
                    .warning,
                    rule: "variable-name",
                    "\"\(name)\" belongs to the runner, which ignores a value given here if it has one of its own",
                    at: entry.key.location
                )
            }
            return nil
        }
    }
}
