package import Core

/// Finds in workflow and action files, before the push, what GitHub would reject or what would surprise.
package struct WorkflowChecker: Sendable {
    private let files: any ReferencedFiles

    package init(files: any ReferencedFiles = NoFiles()) { self.files = files }

    /// Everything there is to say about a workflow, in the order of the file.
    package func check(workflow text: String, path: String) -> [Diagnostic] {
        let parsed = WorkflowParser.parse(text, path: path)
        guard let workflow = parsed.model else { return Self.ordered(parsed.diagnostics) }
        let context = CheckContext(workflow, files: FileResolver(files))
        var diagnostics = parsed.diagnostics
        for rule in Rules.workflow { diagnostics += rule.check(context) }
        for job in workflow.jobs {
            let scope = StepScope(files: context.files, job: job, workflow: workflow)
            for step in job.allSteps { diagnostics += Self.check(step, in: scope) }
        }
        for site in context.sites { diagnostics += Self.check(site) }
        return Self.ordered(diagnostics)
    }

    /// Everything there is to say about an `action.yml`, in the order of the file.
    package func check(action text: String, path: String) -> [Diagnostic] {
        let parsed = ActionParser.parse(text, path: path)
        guard let action = parsed.model else { return Self.ordered(parsed.diagnostics) }
        let resolver = FileResolver(files)
        var diagnostics = parsed.diagnostics + ActionTypeRule(files: resolver).check(action)
        if case .composite(let steps) = action.runs {
            let scope = StepScope(files: resolver, job: nil, workflow: nil)
            for step in steps { diagnostics += Self.check(step, in: scope) }
        }
        for site in action.sites { diagnostics += Self.check(site) }
        return Self.ordered(diagnostics)
    }

    private static func check(_ step: WorkflowStep, in scope: StepScope) -> [Diagnostic] {
        Rules.step.flatMap { $0.check(step, in: scope) }
    }

    private static func check(_ site: ExpressionSite) -> [Diagnostic] {
        Rules.site.flatMap { $0.check(site) }
    }

    private static func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return diagnostics.filter { seen.insert($0).inserted }
            .sorted { ($0.location, $0.rule, $0.message) < ($1.location, $1.rule, $1.message) }
    }
}
