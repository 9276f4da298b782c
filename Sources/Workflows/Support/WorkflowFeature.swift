package import Core

/// A part of the language that a runner may or may not be able to carry out.
package enum WorkflowFeature: String, Sendable, CaseIterable, Hashable {
    case matrix
    case jobContainer
    case services
    case environment
    case concurrency
    case runnerGroup
    case snapshot
    case reusableWorkflow
    case remoteReusableWorkflow
    case localAction
    /// `uses: $/path`.
    case sameRepositoryAction
    case remoteAction
    /// `uses: docker://image`, and actions with `using: docker`.
    case dockerAction
    case compositeAction
    /// Actions with `using: node…`.
    case nodeAction
    /// `background`, `wait`, `wait-all`, `cancel` and `parallel`.
    case backgroundSteps
    /// `cancel-timeout-minutes`.
    case cancelTimeout

    /// The feature in a sentence: `Containers for jobs`.
    var title: String {
        switch self {
        case .matrix: "A matrix"
        case .jobContainer: "A container for a job"
        case .services: "Service containers"
        case .environment: "Environments"
        case .concurrency: "Concurrency groups"
        case .runnerGroup: "Runner groups"
        case .snapshot: "\"snapshot\""
        case .reusableWorkflow: "Calling a workflow of this repository"
        case .remoteReusableWorkflow: "Calling a workflow of another repository"
        case .localAction: "An action of the workspace"
        case .sameRepositoryAction: "An action of this repository by \"$/\""
        case .remoteAction: "An action of another repository"
        case .dockerAction: "A container action"
        case .compositeAction: "A composite action"
        case .nodeAction: "A JavaScript action"
        case .backgroundSteps: "Background steps"
        case .cancelTimeout: "\"cancel-timeout-minutes\""
        }
    }
}

/// A place that needs a feature.
package struct FeatureUse: Sendable {
    package let feature: WorkflowFeature
    package let location: SourceLocation
    /// What is used, where it has a name: the action or workflow.
    package let subject: String?
    /// The action, for `uses` of a step.
    package let action: ActionReference?
}
