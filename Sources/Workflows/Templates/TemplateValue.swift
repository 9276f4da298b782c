package import Core

/// A piece of a workflow or action file whose scalars may hold expressions: what the file says, before evaluation.
package struct TemplateValue: Sendable {
    package indirect enum Content: Sendable {
        case scalar(Template)
        case condition(Condition)
        case sequence([TemplateValue])
        case mapping([Entry])
    }

    package struct Entry: Sendable {
        /// A name, or `${{ insert }}`, which puts the members of the value in its place.
        package let key: Template
        package let value: TemplateValue

        /// The key where it is no expression.
        package var name: String? { key.constantText }
    }

    package let content: Content
    package let location: SourceLocation

    package var template: Template? {
        if case .scalar(let template) = content { template } else { nil }
    }

    package var condition: Condition? {
        if case .condition(let condition) = content { condition } else { nil }
    }

    package var sequence: [TemplateValue]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    package var mapping: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value of a key, spelled exactly so.
    package subscript(_ name: String) -> TemplateValue? {
        mapping?.first { $0.name == name }?.value
    }

    /// Whether the file leaves the value empty (`key:` or `null`).
    package var isNull: Bool {
        if case .null? = template?.literal { true } else { false }
    }

    /// Visits every template below, in the order of the file.
    package func visitTemplates(_ body: (Template) -> Void) {
        switch content {
        case .scalar(let template): body(template)
        case .condition: break
        case .sequence(let elements): for element in elements { element.visitTemplates(body) }
        case .mapping(let entries):
            for entry in entries {
                body(entry.key)
                entry.value.visitTemplates(body)
            }
        }
    }

    /// The value with all expressions replaced by what they give.
    ///
    /// - Throws: `ExpressionFailure`, with the place.
    package func evaluate(in context: EvaluationContext) throws -> ExpressionValue {
        switch content {
        case .scalar(let template): return try template.evaluate(in: context)
        case .condition(let condition): return .bool(try condition.evaluate(in: context))
        case .sequence(let elements): return .array(try elements.map { try $0.evaluate(in: context) })
        case .mapping(let entries):
            var members: [(String, ExpressionValue)] = []
            for entry in entries {
                let value = try entry.value.evaluate(in: context)
                if entry.key.isInsert {
                    guard case .object(let object) = value else {
                        throw entry.key.failure("${{ insert }} needs a mapping as its value, not \(value.kindName)")
                    }
                    members += object.entries.map { ($0.key, $0.value) }
                } else {
                    members.append((try entry.key.string(in: context), value))
                }
            }
            return .object(members)
        }
    }

    /// The members of a mapping of strings (`env`, `with`, `outputs`), in their order; later ones of a name win.
    ///
    /// - Throws: `ExpressionFailure`, also where the value is no mapping or a member is no scalar.
    package func evaluateStrings(in context: EvaluationContext) throws -> [(name: String, value: String)] {
        let value = try evaluate(in: context)
        switch value {
        case .null: return []
        case .string(let text) where text.isEmpty: return []
        case .object(let object):
            return try object.entries.map { entry in
                guard entry.value.isPrimitive else {
                    throw failure("'\(entry.key)' must be a string, not \(entry.value.kindName.lowercased())")
                }
                return (entry.key, entry.value.text)
            }
        default: throw failure("A mapping was expected here, not \(value.kindName.lowercased())")
        }
    }

    func failure(_ message: String) -> ExpressionFailure {
        ExpressionFailure(message, at: location, source: template?.text ?? "")
    }
}

extension Template {
    /// Whether the key is `${{ insert }}`.
    package var isInsert: Bool {
        if case .text("insert")? = segments.first, literal == nil { true } else { false }
    }
}
