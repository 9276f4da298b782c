package import Core

/// Refuses, before anything runs, what a runner cannot do.
package struct SupportCheck: Sendable {
    private let supported: Set<WorkflowFeature>
    private let isBuiltIn: @Sendable (ActionReference) -> Bool

    /// `isBuiltIn` names the actions that the runner carries out itself, whatever else it supports.
    package init(
        supported: Set<WorkflowFeature>,
        isBuiltIn: @escaping @Sendable (ActionReference) -> Bool = { _ in false }
    ) {
        self.supported = supported
        self.isBuiltIn = isBuiltIn
    }

    /// An error for each use of a feature that is missing, in the jobs that would run.
    package func diagnostics(for workflow: Workflow, jobs: Set<String>? = nil) -> [Diagnostic] {
        diagnostics(for: workflow.featureUses(in: jobs))
    }

    /// An error for each feature that the action needs and the runner lacks.
    package func diagnostics(for action: ActionMetadata) -> [Diagnostic] {
        diagnostics(for: action.featureUses())
    }

    private func diagnostics(for uses: [FeatureUse]) -> [Diagnostic] {
        uses.filter { use in
            !supported.contains(use.feature) && !(use.action.map(isBuiltIn) ?? false)
        }.map { use in
            let subject = use.subject.map { " (\($0))" } ?? ""
            if use.feature == .snapshot {
                return Diagnostic(
                    rule: "unsupported",
                    "\"snapshot\" makes an image of a machine that GitHub hosts, and there is none here",
                    at: use.location,
                    help: "Leave the job out, or run it on GitHub."
                )
            }
            return Diagnostic(
                rule: "unsupported",
                "\(use.feature.title)\(subject) is not supported by this runner yet",
                at: use.location
            )
        }
    }
}
