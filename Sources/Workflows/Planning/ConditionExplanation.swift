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
        var substitution = Substitution(evaluator: ExpressionEvaluator(context: context))
        _ = substitution.walk(expression.root)
        return substitution.applied(to: expression.source)
    }
}

/// Collects what each name of an expression stood for.
private struct Substitution {
    var evaluator: ExpressionEvaluator
    private var replacements: [(range: Range<Int>, text: String)] = []

    init(evaluator: ExpressionEvaluator) { self.evaluator = evaluator }

    /// Follows the evaluation, so that operands which were not looked at stay as they are.
    mutating func walk(_ node: ExpressionNode) -> ExpressionValue? {
        switch node.kind {
        case .and(let operands): return walkFirst(operands) { !$0.isTruthy }
        case .or(let operands): return walkFirst(operands) { $0.isTruthy }
        case .not(let operand):
            return walk(operand).map { .bool(!$0.isTruthy) }
        default:
            decorate(node)
            return try? evaluator.evaluate(node)
        }
    }

    private mutating func walkFirst(
        _ operands: [ExpressionNode],
        decides: (ExpressionValue) -> Bool
    ) -> ExpressionValue? {
        var value: ExpressionValue?
        for operand in operands {
            value = walk(operand)
            guard let value, !decides(value) else { return value }
        }
        return value
    }

    /// Puts values in the place of context members and status functions.
    private mutating func decorate(_ node: ExpressionNode) {
        switch node.kind {
        case .context, .index:
            if let value = try? evaluator.evaluate(node) { replacements.append((node.range, quoted(value))) }
        case .call(let function, _) where function.isStatusFunction:
            if let value = try? evaluator.evaluate(node) { replacements.append((node.range, value.text)) }
        default: for child in node.children { decorate(child) }
        }
    }

    func applied(to source: String) -> String {
        var bytes = Array(source.utf8)
        for replacement in replacements.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(replacement.range, with: Array(replacement.text.utf8))
        }
        return String(decoding: bytes, as: UTF8.self).trimmingSpace
    }
}

private func quoted(_ value: ExpressionValue) -> String {
    switch value {
    case .null: "null"
    case .string(let text): quoted(text)
    default: value.text
    }
}

private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
