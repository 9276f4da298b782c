internal import Core

/// Limits and contradictions of `on` that its shape does not show.
struct TriggerRule: WorkflowRule {
    /// GitHub's limit for `workflow_dispatch`.
    private static let maximumInputs = 25

    func check(_ context: CheckContext) -> [Diagnostic] {
        context.workflow.triggers.flatMap { trigger in
            var found: [Diagnostic] = []
            if trigger.event == "workflow_dispatch", trigger.inputs.count > Self.maximumInputs {
                found.append(
                    Diagnostic(
                        rule: "input",
                        "\"workflow_dispatch\" has \(trigger.inputs.count) inputs; GitHub accepts "
                            + "\(Self.maximumInputs)",
                        at: trigger.location
                    )
                )
            }
            if trigger.event == "workflow_run", trigger.workflows?.isEmpty ?? true {
                found.append(
                    Diagnostic(rule: "event-filter", "\"workflow_run\" needs \"workflows\"", at: trigger.location)
                )
            }
            if trigger.event == "schedule", trigger.schedules.isEmpty {
                found.append(Diagnostic(rule: "cron", "\"schedule\" names no time", at: trigger.location))
            }
            if trigger.event == "pull_request_comment" {
                found.append(
                    Diagnostic(
                        .warning,
                        rule: "event-filter",
                        "\"pull_request_comment\" is not delivered",
                        at: trigger.location,
                        help: "Use \"issue_comment\"."
                    )
                )
            }
            for input in trigger.inputs where input.isRequired && input.defaultValue != nil {
                found.append(
                    Diagnostic(
                        .warning,
                        rule: "input",
                        "Input \"\(input.id)\" is required and has a default, which is never used",
                        at: input.location
                    )
                )
            }
            return found
        }
    }
}
