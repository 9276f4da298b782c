/// A parsed expression, without its `${{ }}`.
package struct Expression: Sendable {
    package let source: String
    package let root: ExpressionNode

    /// Parses an expression; an empty one is null.
    ///
    /// - Throws: `ExpressionError` in GitHub's words, with the place in the source.
    package static func parse(_ source: String, scope: ExpressionScope) throws -> Expression {
        var parser = ExpressionParser(source, scope: scope)
        return Expression(source: source, root: try parser.parse())
    }

    /// No expression: null.
    static let empty = Expression(source: "", root: ExpressionNode(.literal(.null), range: 0..<0))

    /// The value of the expression.
    ///
    /// - Throws: `ExpressionError` (`.evaluation`), and whatever the context's `hashFiles` and status functions throw.
    package func evaluate(in context: EvaluationContext) throws -> ExpressionValue {
        var evaluator = ExpressionEvaluator(context: context)
        return try evaluator.evaluate(root)
    }

    /// Whether a status function is called anywhere, which switches off the implicit `success() &&`.
    package var usesStatusFunction: Bool {
        var found = false
        root.visit { node in
            if case .call(let function, _) = node.kind, function.isStatusFunction { found = true }
        }
        return found
    }
}
