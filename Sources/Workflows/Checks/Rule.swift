internal import Core

/// A rule that looks at a workflow as a whole.
protocol WorkflowRule: Sendable {
    func check(_ context: CheckContext) -> [Diagnostic]
}

/// A rule that looks at one step, of a job or of a composite action.
protocol StepRule: Sendable {
    func check(_ step: WorkflowStep, in scope: StepScope) -> [Diagnostic]
}

/// A rule that looks at one scalar with expressions.
protocol SiteRule: Sendable {
    func check(_ site: ExpressionSite) -> [Diagnostic]
}

/// Whose step it is.
struct StepScope {
    let files: FileResolver
    /// Nil in a composite action.
    let job: WorkflowJob?
    let workflow: Workflow?
}

/// All rules; each is explained where it is defined.
enum Rules {
    static let workflow: [any WorkflowRule] = [
        NeedsRule(), TriggerRule(), CronRule(), GlobRule(), RunnerLabelRule(), MatrixRule(), BackgroundStepRule(),
        CalledWorkflowRule(), ConcurrencyRule(), TimeoutRule(), ExpressionTypeRule(), SecretExposureRule(),
        VariableNameRule(), CredentialRule(),
    ]

    static let step: [any StepRule] = [
        ShellRule(), ActionPinRule(), ActionInputRule(), DeprecatedCommandRule(), OutdatedActionRule(),
    ]

    static let site: [any SiteRule] = [
        UntrustedInputRule(), ConstantConditionRule(), RefComparisonRule(), LossyNumberRule(),
    ]
}
