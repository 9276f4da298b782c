internal import Core

/// Secrets on command lines, in output, and all at once.
struct SecretExposureRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for site in context.sites {
            for (expression, offset) in site.expressions {
                if site.key == .script { found += inScript(expression, offset, site) }
                found += all(expression, offset, site)
            }
        }
        for job in context.workflow.jobs {
            for step in job.allSteps { found += printed(step, job, context.workflow) }
        }
        return found
    }

    /// `${{ secrets.X }}` in a script: everyone who may list processes can read it there.
    private func inScript(_ expression: Expression, _ offset: Int, _ site: ExpressionSite) -> [Diagnostic] {
        guard let chain = expression.chains.first(where: { $0.path.first?.lowercased() == "secrets" }),
            let name = chain.path.dropFirst().first
        else { return [] }
        return [
            Diagnostic(
                .warning,
                rule: "secret-exposure",
                "Secret \"\(name)\" is put into the script's text, and so on command lines and into files",
                at: site.location(at: offset + chain.range.lowerBound),
                help: "Pass it by \"env\" and use the variable in the script."
            )
        ]
    }

    private func all(_ expression: Expression, _ offset: Int, _ site: ExpressionSite) -> [Diagnostic] {
        var found: [Diagnostic] = []
        expression.root.visit { node in
            guard case .call(.toJSON, let arguments) = node.kind, case .context(let name) = arguments[0].kind,
                name.lowercased() == "secrets"
            else { return }
            found.append(
                Diagnostic(
                    .warning,
                    rule: "secret-exposure",
                    "toJSON(secrets) hands over every secret of the repository",
                    at: site.location(at: offset + node.range.lowerBound),
                    help: "Name the secrets that are needed."
                )
            )
        }
        return found
    }

    /// `echo $TOKEN` where TOKEN holds a secret.
    private func printed(_ step: WorkflowStep, _ job: WorkflowJob, _ workflow: Workflow) -> [Diagnostic] {
        guard let script = step.run?.script else { return [] }
        let secrets = [workflow.env, job.stepsBody?.env, step.env].flatMap(secretVariables)
        if secrets.isEmpty { return [] }
        var found: [Diagnostic] = []
        var offset = 0
        for line in script.text.split(separator: "\n", omittingEmptySubsequences: false) {
            defer { offset += line.utf8.count + 1 }
            let command = line.drop { $0.isWhitespace }
            guard command.hasPrefix("echo ") || command.hasPrefix("printf "), !line.contains("|"), !line.contains(">"),
                !line.contains("::add-mask::"),
                let name = secrets.first(where: { line.contains("$\($0)") || line.contains("${\($0)}") })
            else { continue }
            found.append(
                Diagnostic(
                    .warning,
                    rule: "secret-exposure",
                    "This prints \"\(name)\", which holds a secret",
                    at: script.source.location(at: offset + line.utf8.count - command.utf8.count)
                )
            )
        }
        return found
    }

    private func secretVariables(_ env: TemplateValue?) -> [String] {
        (env?.mapping ?? []).compactMap { entry in
            let names = entry.value.template?.expressions.flatMap { $0.expression.chains } ?? []
            return names.contains { $0.path.first?.lowercased() == "secrets" } ? entry.name : nil
        }
    }
}
