internal import Core

/// Types of expressions: undefined steps, needs, matrix keys, inputs and outputs, members of strings, wrong arguments,
/// and values of the wrong kind for their key.
struct ExpressionTypeRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        let types = WorkflowTypes(context)
        var found: [Diagnostic] = []
        var known: (job: String?, step: String?, environment: TypeEnvironment)?
        for site in context.sites where !site.expressions.isEmpty {
            // Neighbouring sites share their environment.
            let environment: TypeEnvironment
            if let known, known.job == site.job?.id, known.step == site.step?.contextName {
                environment = known.environment
            } else {
                environment = types.environment(job: site.job, before: site.step)
                known = (site.job?.id, site.step?.contextName, environment)
            }
            found += SiteTypes.check(site, in: environment)
        }
        return found
    }
}

/// The same for an `action.yml`.
struct ActionTypeRule {
    let files: FileResolver

    func check(_ action: ActionMetadata) -> [Diagnostic] {
        var base = TypeEnvironment()
        base["inputs"] = .object(
            ObjectType("the inputs of this action", action.inputs.map { ($0.id, .string) })
        )
        var found: [Diagnostic] = []
        var steps: [WorkflowStep] = []
        if case .composite(let all) = action.runs { steps = all }
        for site in action.sites {
            let seen = site.step.map { step in steps.prefix { $0.contextName != step.contextName } } ?? steps[...]
            var environment = base
            environment["steps"] = .object(
                ObjectType(
                    site.step == nil ? "the steps of this action" : "the steps before this one",
                    seen.compactMap { step in
                        step.id.map { ($0.value, StepTypes.step(step, id: $0.value, files)) }
                    }
                )
            )
            found += SiteTypes.check(site, in: environment)
        }
        return found
    }
}

enum SiteTypes {
    static func check(_ site: ExpressionSite, in environment: TypeEnvironment) -> [Diagnostic] {
        site.expressions.flatMap { expression, offset in
            var checker = TypeChecker(environment: environment)
            let type = checker.type(of: expression.root)
            var found = checker.findings.map { finding in
                Diagnostic(
                    finding.severity,
                    rule: finding.rule,
                    finding.message,
                    at: site.location(at: offset + finding.range.lowerBound),
                    help: finding.help
                )
            }
            if let template = site.template {
                found += mismatch(of: type, in: template).map { [$0.located(at: site.location(at: offset))] } ?? []
            }
            return found
        }
    }

    private struct Mismatch {
        let severity: Diagnostic.Severity
        let message: String
        let help: String?

        func located(at location: SourceLocation) -> Diagnostic {
            Diagnostic(severity, rule: "type", message, at: location, help: help)
        }
    }

    private static func mismatch(of type: ExpressionType, in template: Template) -> Mismatch? {
        let isSole = template.soleExpression != nil
        switch (template.wants, type) {
        case (.anything, _), (_, .any): return nil
        case (.boolean, .boolean), (.number, .number): return nil
        case (.boolean, _), (.number, _):
            let help = isSole ? "fromJSON() makes a boolean or number of a string." : nil
            return Mismatch(
                severity: .error,
                message: "\(template.wants == .boolean ? "A boolean" : "A number") is needed here, not "
                    + (isSole ? type.name : "text around ${{ }}"),
                help: help
            )
        case (.text, .array), (.text, .object):
            return Mismatch(
                severity: isSole ? .error : .warning,
                message: "\(type.name.capitalizedFirst) cannot stand in a string",
                help: "toJSON() writes it out."
            )
        case (.text, _): return nil
        }
    }
}
