internal import Core

/// What `wait` and `cancel` name: a background step before them.
struct BackgroundStepRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] { context.workflow.jobs.flatMap(check) }

    private func check(_ job: WorkflowJob) -> [Diagnostic] {
        var before: [WorkflowStep] = []
        var found: [Diagnostic] = []
        for step in job.steps {
            switch step.kind {
            case .wait(let targets): for target in targets { found += check(target, of: step, before: before, in: job) }
            case .cancel(let target): found += check(target, of: step, before: before, in: job)
            case .waitAll where !before.contains(where: { $0.isBackground }):
                found.append(
                    Diagnostic(
                        .warning,
                        rule: "background",
                        "No background step stands before this \"wait-all\"",
                        at: step.location
                    )
                )
            default: break
            }
            before.append(step)
        }
        return found
    }

    private func check(
        _ target: Located<String>,
        of step: WorkflowStep,
        before: [WorkflowStep],
        in job: WorkflowJob
    ) -> [Diagnostic] {
        func problem(_ message: String, _ help: String? = nil) -> [Diagnostic] {
            [Diagnostic(rule: "background", message, at: target.location, help: help)]
        }
        func has(_ candidate: WorkflowStep) -> Bool {
            candidate.id.map { OrdinalText.equalIgnoringCase($0.value, target.value) } ?? false
        }
        if has(step) { return problem("Step \"\(target.value)\" cannot name itself") }
        if let named = before.first(where: has) {
            if named.isBackground { return [] }
            return problem("Step \"\(target.value)\" does not run in the background", "Give it \"background: true\".")
        }
        if job.steps.contains(where: has) { return problem("Step \"\(target.value)\" starts only after this one") }
        let ids = before.filter(\.isBackground).compactMap(\.id?.value)
        return problem("There is no step \"\(target.value)\"", Suggestion.help(for: target.value, in: ids))
    }
}
