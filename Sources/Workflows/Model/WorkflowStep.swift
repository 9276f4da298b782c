package import Core

/// A step of a job or composite action.
package struct WorkflowStep: Sendable {
    package enum Kind: Sendable {
        case run(RunBody)
        case uses(UsesBody)
        /// Waits for background steps.
        case wait([Located<String>])
        /// Waits for all background steps before it.
        case waitAll
        /// Stops a background step.
        case cancel(Located<String>)
        /// Runs its steps in the background and waits for all of them.
        case parallel([WorkflowStep])
    }

    package struct RunBody: Sendable {
        package let script: Template
        package let shell: Template?
        package let workingDirectory: Template?
    }

    package struct UsesBody: Sendable {
        package let uses: Located<String>
        /// Nil where `uses` names nothing that can be run; a diagnostic says so.
        package let reference: ActionReference?
        package let with: TemplateValue?
    }

    /// Position in its list, from 0.
    package let index: Int
    package let location: SourceLocation
    package let id: Located<String>?
    /// What the `steps` context calls it: its id, or a name like `__run_2`, as GitHub's runner makes them.
    package let contextName: String
    package let name: Template?
    package let condition: Condition
    package let env: TemplateValue?
    package let continueOnError: Template?
    /// Minutes.
    package let timeoutMinutes: Template?
    /// Whether the job goes on while the step runs.
    package let isBackground: Bool
    package let kind: Kind

    package var run: RunBody? {
        if case .run(let body) = kind { body } else { nil }
    }

    package var uses: UsesBody? {
        if case .uses(let body) = kind { body } else { nil }
    }

    package var parallelSteps: [WorkflowStep] {
        if case .parallel(let steps) = kind { steps } else { [] }
    }

    /// The name to show before anything is evaluated: the template's text, or what GitHub derives from the step.
    package var defaultName: String {
        switch kind {
        case .run(let body):
            let lines = body.script.text.split(separator: "\n", omittingEmptySubsequences: false)
            return "Run " + (lines.map { String($0).trimmingSpace }.first { !$0.isEmpty } ?? "")
        case .uses(let body): return "Run \(body.uses.value)"
        case .wait(let ids): return "Wait for \(ids.map(\.value).joined(separator: ", "))"
        case .waitAll: return "Wait for all"
        case .cancel(let id): return "Cancel \(id.value)"
        case .parallel: return "Parallel"
        }
    }
}
