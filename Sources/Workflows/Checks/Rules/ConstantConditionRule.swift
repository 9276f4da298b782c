internal import Core

/// Conditions that do not depend on anything: text around `${{ }}` makes a string, which is always true.
struct ConstantConditionRule: SiteRule {
    func check(_ site: ExpressionSite) -> [Diagnostic] {
        guard case .condition(let condition) = site.content, let source = condition.source, !condition.isEmpty else {
            return []
        }
        if condition.isText {
            return [
                Diagnostic(
                    rule: "constant-condition",
                    "This condition is always true: text around ${{ }} makes a string of it",
                    at: source.location,
                    help: "Put the whole condition inside one ${{ }}, or leave the ${{ }} out."
                )
            ]
        }
        var isConstant = true
        condition.expression.root.visit { node in
            switch node.kind {
            case .context: isConstant = false
            case .call(let function, _) where function.isStatusFunction || function == .hashFiles: isConstant = false
            default: break
            }
        }
        guard isConstant, let value = try? condition.expression.evaluate(in: EvaluationContext()) else { return [] }
        // `if: true` and `if: false` are how people switch a step on and off.
        if case .literal(.bool) = condition.expression.root.kind { return [] }
        return [
            Diagnostic(
                .warning,
                rule: "constant-condition",
                "This condition is always \(value.isTruthy)",
                at: source.location(at: condition.offset)
            )
        ]
    }
}
