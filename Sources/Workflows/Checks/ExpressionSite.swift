internal import Core

/// One scalar with expressions, and whose it is.
struct ExpressionSite {
    enum Content {
        case template(Template)
        case condition(Condition)
    }

    enum Key {
        case script, name, other
    }

    let content: Content
    let job: WorkflowJob?
    let step: WorkflowStep?
    let key: Key

    var template: Template? {
        if case .template(let template) = content { template } else { nil }
    }

    /// The expressions, each with the offset of its source in the scalar.
    var expressions: [(expression: Expression, offset: Int)] {
        switch content {
        case .template(let template): template.expressions
        case .condition(let condition):
            condition.template?.expressions
                ?? (condition.isEmpty ? [] : [(condition.expression, condition.offset)])
        }
    }

    func location(at offset: Int) -> SourceLocation {
        switch content {
        case .template(let template): template.source.location(at: offset)
        case .condition(let condition):
            condition.source?.location(at: offset) ?? SourceLocation(file: "", line: 1, column: 1)
        }
    }
}

extension Workflow {
    /// Every scalar of the workflow that may hold an expression.
    var sites: [ExpressionSite] {
        var visitor = SiteVisitor()
        visitor.visit(runName, key: .name)
        visitor.visit(env)
        visitor.visit(concurrency?.definition)
        visitor.visit(defaults)
        for trigger in triggers {
            for input in trigger.inputs { visitor.visit(input.defaultValue) }
            for output in trigger.outputs { visitor.visit(output.value) }
        }
        for job in jobs { visitor.visit(job) }
        return visitor.sites
    }
}

extension ActionMetadata {
    /// Every scalar of the action that may hold an expression.
    var sites: [ExpressionSite] {
        var visitor = SiteVisitor()
        for input in inputs { visitor.visit(input.defaultValue) }
        for output in outputs { visitor.visit(output.value) }
        switch runs {
        case .composite(let steps): for step in steps { visitor.visit(step) }
        case .node(let runs):
            visitor.visit(runs.preCondition)
            visitor.visit(runs.postCondition)
        case .docker(let runs):
            for argument in runs.args { visitor.visit(argument) }
            visitor.visit(runs.env)
            visitor.visit(runs.preCondition)
            visitor.visit(runs.postCondition)
        }
        return visitor.sites
    }
}

private struct SiteVisitor {
    private(set) var sites: [ExpressionSite] = []
    private var job: WorkflowJob?
    private var step: WorkflowStep?

    init() {}

    mutating func visit(_ job: WorkflowJob) {
        self.job = job
        defer { self.job = nil }
        visit(job.name, key: .name)
        visit(job.condition)
        visit(job.strategy?.definition)
        visit(job.concurrency?.definition)
        switch job.body {
        case .call(let call):
            visit(call.with)
            if case .mapping(let secrets) = call.secrets { visit(secrets) }
        case .steps(let steps):
            visit(steps.runsOn?.definition)
            visit(steps.env)
            visit(steps.environment?.definition)
            visit(steps.defaults)
            visit(steps.timeoutMinutes)
            visit(steps.cancelTimeoutMinutes)
            visit(steps.continueOnError)
            visit(steps.container?.definition)
            visit(steps.services?.definition)
            for step in steps.steps { visit(step) }
            visit(steps.outputs)
        }
    }

    mutating func visit(_ step: WorkflowStep) {
        self.step = step
        visit(step.name, key: .name)
        visit(step.condition)
        visit(step.env)
        visit(step.continueOnError)
        visit(step.timeoutMinutes)
        visit(step.run?.script, key: .script)
        visit(step.run?.shell)
        visit(step.run?.workingDirectory)
        visit(step.uses?.with)
        for inner in step.parallelSteps { visit(inner) }
        self.step = nil
    }

    mutating func visit(_ value: TemplateValue?) {
        value?.visitTemplates { sites.append(site(.template($0), key: .other)) }
    }

    mutating func visit(_ defaults: RunDefaults?) {
        visit(defaults?.shell)
        visit(defaults?.workingDirectory)
    }

    mutating func visit(_ template: Template?, key: ExpressionSite.Key = .other) {
        guard let template else { return }
        sites.append(site(.template(template), key: key))
    }

    mutating func visit(_ condition: Condition) {
        guard condition.source != nil else { return }
        sites.append(site(.condition(condition), key: .other))
    }

    private func site(_ content: ExpressionSite.Content, key: ExpressionSite.Key) -> ExpressionSite {
        ExpressionSite(content: content, job: job, step: step, key: key)
    }
}
