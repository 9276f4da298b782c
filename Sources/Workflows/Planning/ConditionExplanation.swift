/// Why a condition came out as it did: the condition, its values put in, and the result.
package struct ConditionExplanation: Sendable, Hashable {
    /// The whole condition: `success() && (github.ref == 'refs/heads/main')`.
    package let expression: String
    /// The same with values in place of names: `true && ('refs/heads/dev' == 'refs/heads/main')`. What was not looked
    /// at, because the part before it decided, keeps its names.
    package let substituted: String
    package let result: Bool
}

extension Condition {
    /// Evaluates the condition and tells how. Values are not masked.
    ///
    /// - Throws: `ExpressionFailure`.
    package func explain(in context: EvaluationContext) throws -> ConditionExplanation {
        let result = try evaluate(in: context)
        let inner = isText ? quoted(try text(in: context)) : substitution(in: context)
        let substituted: String
        if isEmpty {
            substituted = String(result)
        } else if expression.usesStatusFunction || implicit == .always {
            substituted = inner
        } else if (try? context.status.success([])) == true {
            substituted = "true && (\(inner))"
        } else {
            substituted = "false && (\(expression.source.trimmingSpace))"
        }
        return ConditionExplanation(expression: effectiveText, substituted: substituted, result: result)
    }

    private func text(in context: EvaluationContext) throws -> String { try expression.evaluate(in: context).text }

    private func substitution(in context: EvaluationContext) -> String {
        var substitution = Substitution(context: context)
        _ = substitution.walk(expression.root)
        return substitution.applied(to: expression.source)
    }
}
