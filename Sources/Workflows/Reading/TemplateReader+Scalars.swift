internal import Core

extension TemplateReader {
    /// One `${{ }}` in place of a whole mapping or sequence.
    mutating func wholeExpression(_ node: YAMLNode, in place: ExpressionPlace?) -> TemplateValue? {
        guard let place, let scalar = node.scalar, TemplateParser.hasExpression(scalar.text) else { return nil }
        var template = template(source(node, scalar), in: place)
        template.wants = .anything
        if template.soleExpression == nil, !template.segments.isEmpty {
            report(
                "wrong-type",
                "Text around ${{ }} makes a string of it, but a mapping or sequence is needed here",
                at: node.location
            )
        }
        return TemplateValue(content: .scalar(template), location: node.location)
    }

    mutating func readScalar(_ node: YAMLNode, _ scalar: YAMLScalar, _ shape: Shape) -> TemplateValue? {
        if case .condition(let place, let implicit) = shape {
            return readCondition(node, scalar, place, implicit)
        }
        let source = source(node, scalar)
        if TemplateParser.hasExpression(scalar.text) {
            var template = template(source, in: shape.place)
            template.wants = shape.wants
            return TemplateValue(content: .scalar(template), location: node.location)
        }
        guard let literal = literal(node, scalar, shape) else { return nil }
        var template = Template(segments: [.text(literal.text)], literal: literal, source: source, place: shape.place)
        template.wants = shape.wants
        return TemplateValue(content: .scalar(template), location: node.location)
    }

    private mutating func literal(_ node: YAMLNode, _ scalar: YAMLScalar, _ shape: Shape) -> ExpressionValue? {
        let value = ExpressionValue(scalar.value)
        switch shape {
        case .boolean:
            if case .bool = value { return value }
        case .number:
            if case .number = value { return value }
        case .empty:
            if case .null = value { return value }
        case .word(let words):
            if words.contains(value.text) { return .string(value.text) }
            report(
                "wrong-value",
                "Unexpected value \"\(value.text)\"",
                at: node.location,
                help: Suggestion.help(for: value.text, in: words)
            )
            return nil
        case .string(_, let nonEmpty):
            if !nonEmpty || !value.text.isEmpty { return .string(value.text) }
        default: return value
        }
        reportMismatch(node, shape)
        return nil
    }

    private mutating func readCondition(
        _ node: YAMLNode,
        _ scalar: YAMLScalar,
        _ place: ExpressionPlace,
        _ implicit: ExpressionFunction
    ) -> TemplateValue? {
        let source = source(node, scalar)
        func value(_ condition: Condition) -> TemplateValue {
            TemplateValue(content: .condition(condition), location: node.location)
        }
        if TemplateParser.hasExpression(scalar.text) {
            let template = template(source, in: place)
            if template.segments.isEmpty { return value(Condition(.empty, source: source, implicit: implicit)) }
            if template.segments.count == 1, case .expression(let expression, let offset) = template.segments[0] {
                return value(Condition(expression, source: source, offset: offset, implicit: implicit))
            }
            return value(
                Condition(template.formatted(place: place), source: source, template: template, implicit: implicit)
            )
        }
        let text = scalar.value.isNull ? "" : scalar.text
        let parsed = expression(text, at: 0, of: source, in: place) ?? .empty
        return value(Condition(parsed, source: source, implicit: implicit))
    }

    func source(_ node: YAMLNode, _ scalar: YAMLScalar) -> ScalarSource {
        ScalarSource(text: scalar.text, location: node.location, style: scalar.style, file: file)
    }

    /// Parses the expressions of a scalar; without segments where one of them is wrong, so that the key is still there
    /// for the checks.
    mutating func template(_ source: ScalarSource, in place: ExpressionPlace?) -> Template {
        let broken = Template(segments: [], literal: nil, source: source, place: place)
        guard let place else {
            report(
                "expression-not-allowed",
                "No expression is allowed here",
                at: source.location,
                help: "GitHub reads this value before any expression is evaluated."
            )
            return broken
        }
        let (pieces, unclosed) = TemplateParser.split(source.text)
        if let unclosed {
            report("expression", "The expression is not closed: \"}}\" is missing", at: source.location(at: unclosed))
            return broken
        }
        var segments: [Template.Segment] = []
        var isValid = true
        for piece in pieces {
            if !piece.isExpression {
                segments.append(.text(piece.text))
            } else if piece.text.trimmingSpace == "insert" {
                segments.append(.text("insert"))
            } else if piece.text.trimmingSpace.isEmpty {
                report("expression", "An expression was expected in ${{ }}", at: source.location(at: piece.offset))
                isValid = false
            } else if let expression = expression(piece.text, at: piece.offset, of: source, in: place) {
                segments.append(.expression(expression, offset: piece.offset))
            } else {
                isValid = false
            }
        }
        return isValid ? Template(segments: segments, literal: nil, source: source, place: place) : broken
    }

    private mutating func expression(
        _ text: String,
        at offset: Int,
        of source: ScalarSource,
        in place: ExpressionPlace
    ) -> Expression? {
        do {
            return try Expression.parse(text, scope: place.scope)
        } catch let error as ExpressionError {
            let location = source.location(at: offset + (error.range?.lowerBound ?? 0))
            report(ExpressionDiagnostics.diagnostic(for: error, in: place, at: location))
        } catch {
            report("expression", "\(error)", at: source.location)
        }
        return nil
    }
}

extension Shape {
    /// The place whose contexts an expression may name here.
    var place: ExpressionPlace? {
        switch self {
        case .string(let place, _), .boolean(let place), .number(let place), .scalar(let place),
            .sequence(_, let place), .mapping(_, let place), .anything(let place):
            place
        case .condition(let place, _): place
        case .either(let shapes): shapes.lazy.compactMap(\.place).first
        case .word, .empty, .variants, .nestedSteps: nil
        }
    }
}

extension Shape {
    fileprivate var wants: Template.Wanted {
        switch self {
        case .boolean: .boolean
        case .number: .number
        case .scalar, .anything, .empty: .anything
        default: .text
        }
    }
}

extension Template {
    /// The template as the one expression that GitHub makes of it: `format('text {0}', x)`.
    fileprivate func formatted(place: ExpressionPlace) -> Expression {
        var format = ""
        var arguments: [ExpressionNode] = []
        for segment in segments {
            switch segment {
            case .text(let text): format += FormatString.escaped(text)
            case .expression(let expression, _):
                format += "{\(arguments.count)}"
                arguments.append(expression.root)
            }
        }
        let literal = ExpressionNode(.literal(.string(format)), range: 0..<0)
        let call = ExpressionNode(.call(.format, [literal] + arguments), range: 0..<text.utf8.count)
        return Expression(source: text, root: call)
    }
}
