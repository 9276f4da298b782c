package import Core

/// The condition of a job, step or action script.
///
/// `success() &&` stands in front of it unless it calls a status function anywhere.
package struct Condition: Sendable {
    /// The condition as written, without `${{ }}` where that is all of it; empty where there is none.
    package let expression: Expression
    /// Nil where the file says nothing and the default holds.
    package let source: ScalarSource?
    /// UTF-8 offset of the expression in the scalar's text.
    package let offset: Int
    /// Where text around `${{ }}` made a string of it, which is always true: that text.
    let template: Template?
    /// What is asked where the condition calls no status function: `success()`, or `always()` for an action's post.
    package let implicit: ExpressionFunction

    init(
        _ expression: Expression,
        source: ScalarSource? = nil,
        offset: Int = 0,
        template: Template? = nil,
        implicit: ExpressionFunction = .success
    ) {
        self.expression = expression
        self.source = source
        self.offset = offset
        self.template = template
        self.implicit = implicit
    }

    /// No condition: `success()`.
    package static let success = Condition(.empty)
    /// No `pre-if` or `post-if`: `always()`.
    package static let always = Condition(.empty, implicit: .always)

    package var isText: Bool { template != nil }

    package var isEmpty: Bool { expression.source.allSatisfy(\.isWhitespace) }

    package var location: SourceLocation? { source?.location(at: offset) }

    /// The whole condition with what is implied: `success() && (github.ref == 'refs/heads/main')`.
    package var effectiveText: String {
        let text = expression.source.trimmingSpace
        if isEmpty { return "\(implicit.rawValue)()" }
        if expression.usesStatusFunction { return text }
        return implicit == .always ? text : "\(implicit.rawValue)() && (\(text))"
    }

    /// Whether the job or step runs.
    ///
    /// - Throws: `ExpressionFailure`; a condition that throws fails the step, it does not skip it.
    package func evaluate(in context: EvaluationContext) throws -> Bool {
        do {
            if isEmpty || !expression.usesStatusFunction, implicit == .success {
                guard try context.status.success([]) else { return false }
            }
            return isEmpty ? true : try expression.evaluate(in: context).isTruthy
        } catch let error as ExpressionError {
            let place = offset + (isText ? 0 : error.range?.lowerBound ?? 0)
            throw ExpressionFailure(
                error.message,
                at: source?.location(at: place) ?? SourceLocation(file: "", line: 1, column: 1),
                source: expression.source
            )
        }
    }
}

extension String {
    var trimmingSpace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
