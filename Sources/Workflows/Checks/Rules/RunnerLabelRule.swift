internal import Core

/// `runs-on`: labels that GitHub does not know or has retired, and labels that no machine has together.
struct RunnerLabelRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] { context.workflow.jobs.flatMap(check) }

    private func check(_ job: WorkflowJob) -> [Diagnostic] {
        guard let definition = job.stepsBody?.runsOn?.definition else { return [] }
        let source = definition["labels"] ?? definition
        if definition["group"] != nil { return [] }
        let labels = (source.sequence ?? [source]).compactMap(\.template)
        let constants = labels.compactMap { template in template.constantText.map { Located($0, at: template.location) }
        }
        var found: [Diagnostic] = []
        let isSelfHosted = constants.contains { $0.value.lowercased() == "self-hosted" }
        if !isSelfHosted {
            for label in constants { found += check(label) }
            for template in labels where template.hasExpression {
                found += matrixValues(of: template, in: job).flatMap(check)
            }
        }
        let systems = constants.compactMap { RunnerCatalog.system(of: $0.value) }
        if Set(systems).count > 1 {
            found.append(
                Diagnostic(
                    rule: "runner-label",
                    "No runner is \(Set(systems).sorted().joined(separator: " and ")) at once",
                    at: definition.location
                )
            )
        }
        return found
    }

    private func check(_ label: Located<String>) -> [Diagnostic] {
        let name = label.value.lowercased()
        if let advice = RunnerCatalog.retired[name] {
            return [
                Diagnostic(
                    .warning,
                    rule: "runner-label",
                    "GitHub has retired the runner \"\(label.value)\"; the job would wait for ever",
                    at: label.location,
                    help: advice
                )
            ]
        }
        if RunnerCatalog.isKnown(name) { return [] }
        return [
            Diagnostic(
                .warning,
                rule: "runner-label",
                "\"\(label.value)\" is no runner that GitHub hosts",
                at: label.location,
                help: Suggestion.nearest(to: name, in: RunnerCatalog.hosted).map { "Did you mean \"\($0)\"?" }
                    ?? "For a runner of your own, name \"self-hosted\" too."
            )
        ]
    }

    /// The written-out values behind `${{ matrix.name }}`.
    private func matrixValues(of template: Template, in job: WorkflowJob) -> [Located<String>] {
        guard let expression = template.soleExpression, case .index(let left, let right) = expression.root.kind,
            case .context(let name) = left.kind, name.lowercased() == "matrix", let key = right.literalText
        else { return [] }
        let vector = job.strategy?.matrix?[key]?.sequence ?? []
        let included = (job.strategy?.matrix?["include"]?.sequence ?? []).compactMap { $0[key] }
        return (vector + included).compactMap(\.located)
    }
}
