package import Core

/// A scalar that may hold `${{ }}`.
///
/// One expression alone gives a value of any kind; text with expressions between gives a string.
package struct Template: Sendable {
    package enum Segment: Sendable {
        case text(String)
        /// - Parameter offset: where the expression's source begins in the scalar's text (UTF-8).
        case expression(Expression, offset: Int)
    }

    package let segments: [Segment]
    /// The scalar's value where it holds no expression: a number or boolean stays one if its key takes any kind.
    package let literal: ExpressionValue?
    package let source: ScalarSource
    /// What expressions here may name.
    package let place: ExpressionPlace?
    /// What the key takes.
    var wants = Wanted.text

    enum Wanted: Sendable {
        case text, boolean, number, anything
    }

    package var location: SourceLocation { source.location }

    /// The scalar's text as written, `${{ }}` included.
    package var text: String { source.text }

    package var hasExpression: Bool { literal == nil }

    /// The only segment, where the scalar is one `${{ }}` and nothing else.
    package var soleExpression: Expression? {
        if segments.count == 1, case .expression(let expression, _) = segments[0] { expression } else { nil }
    }

    package var expressions: [(expression: Expression, offset: Int)] {
        segments.compactMap {
            if case .expression(let expression, let offset) = $0 { (expression, offset) } else { nil }
        }
    }

    /// The text of a scalar without expressions; nil where it has any.
    package var constantText: String? { literal?.text }

    /// The place of a part of one of its expressions.
    package func location(of range: Range<Int>?, inExpressionAt offset: Int) -> SourceLocation {
        source.location(at: offset + (range?.lowerBound ?? 0))
    }

    // MARK: - Evaluation

    /// - Throws: `ExpressionFailure`, with the place.
    package func evaluate(in context: EvaluationContext) throws -> ExpressionValue {
        if let literal { return literal }
        if segments.count == 1, case .expression(let expression, let offset) = segments[0] {
            return try evaluate(expression, offset: offset, in: context)
        }
        var result = ""
        for segment in segments {
            switch segment {
            case .text(let text): result += text
            case .expression(let expression, let offset):
                result += try evaluate(expression, offset: offset, in: context).text
            }
            if result.utf8.count > context.maximumBytes {
                throw failure("The maximum allowed memory size was exceeded")
            }
        }
        return .string(result)
    }

    /// The value as text; a collection is refused, since GitHub refuses it where text is expected.
    package func string(in context: EvaluationContext) throws -> String {
        let value = try evaluate(in: context)
        guard value.isPrimitive else { throw failure("A string was expected here, not \(value.kindName.lowercased())") }
        return value.text
    }

    /// The value as a boolean; only `true` and `false` themselves will do.
    package func boolean(in context: EvaluationContext) throws -> Bool {
        let value = try evaluate(in: context)
        guard case .bool(let flag) = value else { throw failure("A boolean was expected here, not '\(value.text)'") }
        return flag
    }

    /// The value as a number; a string of digits will not do (GitHub wants `fromJSON` around it).
    package func number(in context: EvaluationContext) throws -> Double {
        let value = try evaluate(in: context)
        guard case .number(let number) = value else { throw failure("A number was expected here, not '\(value.text)'") }
        return number
    }

    private func evaluate(
        _ expression: Expression,
        offset: Int,
        in context: EvaluationContext
    ) throws -> ExpressionValue {
        do {
            return try expression.evaluate(in: context)
        } catch let error as ExpressionError {
            throw ExpressionFailure(
                error.message,
                at: location(of: error.range, inExpressionAt: offset),
                source: expression.source
            )
        }
    }

    func failure(_ message: String) -> ExpressionFailure {
        ExpressionFailure(message, at: location, source: source.text)
    }
}
