internal import Core

/// `timeout-minutes`: a positive whole number.
struct TimeoutRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        context.workflow.jobs.flatMap { job in
            [job.stepsBody?.timeoutMinutes, job.stepsBody?.cancelTimeoutMinutes].flatMap(check)
                + job.allSteps.flatMap { check($0.timeoutMinutes) }
        }
    }

    private func check(_ template: Template?) -> [Diagnostic] {
        guard let template, case .number(let minutes)? = template.literal else { return [] }
        if minutes <= 0 {
            return [Diagnostic(rule: "timeout", "The number of minutes must be greater than 0", at: template.location)]
        }
        if minutes != minutes.rounded() {
            return [
                Diagnostic(
                    .warning,
                    rule: "timeout",
                    "GitHub takes whole minutes only",
                    at: template.location
                )
            ]
        }
        return []
    }
}
