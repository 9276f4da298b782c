internal import Core

/// Reads located YAML into template values by a shape, and reports everything that does not fit.
///
/// What is wrong is left out of the result, so that the rest can still be checked.
struct TemplateReader {
    static let maximumDepth = 50

    let file: SourceText
    private(set) var diagnostics: [Diagnostic] = []
    private var reportedDepth = false

    init(file: SourceText) { self.file = file }

    mutating func read(_ node: YAMLNode, as shape: Shape, depth: Int = 1) -> TemplateValue? {
        guard depth <= Self.maximumDepth else {
            if !reportedDepth {
                report("yaml", "Nested more than \(Self.maximumDepth) levels deep", at: node.location)
                reportedDepth = true
            }
            return nil
        }
        switch shape {
        case .either(let shapes): return read(node, as: choose(among: shapes, for: node) ?? shape, depth: depth, shapes)
        case .variants(let variants, let otherwise):
            guard let entries = node.mapping else { return mismatch(node, shape) }
            let match = variants.first { variant in
                entries.contains { entry in
                    guard entry.key == variant.key else { return false }
                    return variant.values?.contains(entry.value.scalar?.text ?? "") ?? true
                }
            }
            return readMapping(node, entries, match?.shape ?? otherwise, depth: depth)
        case .mapping(let mapping, let place):
            if let entries = node.mapping { return readMapping(node, entries, mapping, depth: depth) }
            return wholeExpression(node, in: place) ?? mismatch(node, shape)
        case .sequence(let element, let place):
            if let elements = node.sequence { return readSequence(node, elements, element, depth: depth) }
            return wholeExpression(node, in: place) ?? mismatch(node, shape)
        case .nestedSteps:
            guard let elements = node.sequence else { return mismatch(node, shape) }
            return readSequence(node, elements, StepSchema.inJob, depth: depth)
        case .anything(let place): return readAnything(node, place, depth: depth)
        case .string, .word, .boolean, .number, .scalar, .empty, .condition:
            guard let scalar = node.scalar else { return mismatch(node, shape) }
            return readScalar(node, scalar, shape)
        }
    }

    private mutating func read(
        _ node: YAMLNode,
        as choice: Shape,
        depth: Int,
        _ alternatives: [Shape]
    ) -> TemplateValue? {
        if case .either = choice { return mismatch(node, choice) }
        let value = read(node, as: choice, depth: depth)
        guard var template = value?.template, template.hasExpression, alternatives.contains(where: \.isCollection)
        else {
            return value
        }
        // An expression may give the other alternative: `runs-on: ${{ fromJSON('["a", "b"]') }}`.
        template.wants = .anything
        return TemplateValue(content: .scalar(template), location: node.location)
    }

    /// The alternative that fits the kind of the node.
    private func choose(among shapes: [Shape], for node: YAMLNode) -> Shape? {
        shapes.first { shape in
            switch (shape, node.content) {
            case (.mapping, .mapping), (.variants, .mapping), (.sequence, .sequence), (.nestedSteps, .sequence),
                (.anything, _):
                true
            case (.empty, .scalar(let scalar)): scalar.value.isNull
            case (.boolean(let place), .scalar(let scalar)):
                scalar.value.bool != nil || (place != nil && TemplateParser.hasExpression(scalar.text))
            case (.word, .scalar), (.scalar, .scalar), (.condition, .scalar): true
            case (.string(_, let nonEmpty), .scalar(let scalar)): !(nonEmpty && scalar.value.isNull)
            case (.number(let place), .scalar(let scalar)):
                scalar.value.double != nil || (place != nil && TemplateParser.hasExpression(scalar.text))
            default: false
            }
        }
    }

    // MARK: - Collections

    private mutating func readSequence(
        _ node: YAMLNode,
        _ elements: [YAMLNode],
        _ shape: Shape,
        depth: Int
    ) -> TemplateValue {
        var values: [TemplateValue] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            if let value = read(element, as: shape, depth: depth + 1) { values.append(value) }
        }
        return TemplateValue(content: .sequence(values), location: node.location)
    }

    private mutating func readMapping(
        _ node: YAMLNode,
        _ entries: [YAMLEntry],
        _ shape: MappingShape,
        depth: Int
    ) -> TemplateValue {
        var result: [TemplateValue.Entry] = []
        result.reserveCapacity(entries.count)
        reportDuplicates(in: entries)
        for entry in entries {
            guard let valueShape = shapeOfValue(for: entry, in: shape) else { continue }
            guard let key = readKey(entry, in: shape, valueShape),
                let value = read(entry.value, as: valueShape, depth: depth + 1)
            else { continue }
            result.append(TemplateValue.Entry(key: key, value: value))
        }
        for key in shape.keys where key.isRequired && !entries.contains(where: { $0.key == key.name }) {
            report("missing-key", "\(shape.title.capitalizedFirst) needs \"\(key.name)\"", at: node.location)
        }
        if !shape.kinds.isEmpty {
            let kinds = shape.kinds.map { "\"\($0)\"" }.joined(separator: ", ")
            report("missing-key", "\(shape.title.capitalizedFirst) needs one of \(kinds)", at: node.location)
        }
        return TemplateValue(content: .mapping(result), location: node.location)
    }

    private mutating func shapeOfValue(for entry: YAMLEntry, in shape: MappingShape) -> Shape? {
        if let known = shape[entry.key] { return known.shape }
        if entry.key == "<<" {
            report(
                "unknown-key",
                "GitHub does not support YAML merge keys (\"<<\")",
                at: entry.keyLocation,
                help: "Anchors and aliases of whole values (&name, *name) are supported."
            )
            return nil
        }
        if let others = shape.others { return others }
        report(
            "unknown-key",
            "Unknown key \"\(entry.key)\" in \(shape.title)",
            at: entry.keyLocation,
            help: Suggestion.help(for: entry.key, in: shape.keys.map(\.name) + shape.kinds)
        )
        return nil
    }

    private mutating func readKey(
        _ entry: YAMLEntry,
        in shape: MappingShape,
        _ valueShape: Shape
    ) -> Template? {
        let source = ScalarSource(text: entry.key, location: entry.keyLocation, style: .plain, file: file)
        if shape[entry.key] == nil {
            if TemplateParser.hasExpression(entry.key) {
                return template(source, in: valueShape.place)
            }
            if case .identifier(let title) = shape.otherKeys, !Identifiers.isValid(entry.key) {
                report(
                    "invalid-id",
                    "\"\(entry.key)\" is not a valid \(title)",
                    at: entry.keyLocation,
                    help: Identifiers.rule
                )
            } else if entry.key.isEmpty {
                report("empty", "A key of \(shape.title) must not be empty", at: entry.keyLocation)
            }
        }
        return Template(
            segments: [.text(entry.key)],
            literal: .string(entry.key),
            source: source,
            place: nil
        )
    }

    /// Keys are compared without regard to case, as GitHub does; exact repetitions YAML itself refuses.
    private mutating func reportDuplicates(in entries: [YAMLEntry]) {
        guard entries.count > 1 else { return }
        var seen: [String: YAMLEntry] = [:]
        for entry in entries {
            if let first = seen.updateValue(entry, forKey: OrdinalText.folded(entry.key)) {
                report(
                    "duplicate-key",
                    "\"\(entry.key)\" is already defined as \"\(first.key)\" in line \(first.keyLocation.line); "
                        + "GitHub ignores the case of keys",
                    at: entry.keyLocation
                )
            }
        }
    }

    private mutating func readAnything(_ node: YAMLNode, _ place: ExpressionPlace?, depth: Int) -> TemplateValue? {
        switch node.content {
        case .scalar(let scalar): return readScalar(node, scalar, .scalar(in: place))
        case .sequence(let elements): return readSequence(node, elements, .anything(in: place), depth: depth)
        case .mapping(let entries):
            return readMapping(node, entries, MappingShape("a value", [], others: .anything(in: place)), depth: depth)
        }
    }

    // MARK: - Reporting

    mutating func mismatch(_ node: YAMLNode, _ shape: Shape) -> TemplateValue? {
        reportMismatch(node, shape)
        return nil
    }

    mutating func reportMismatch(_ node: YAMLNode, _ shape: Shape) {
        let isEmpty = node.scalar?.text.isEmpty == true
        var help: String?
        if case .boolean = shape, ["yes", "no", "on", "off"].contains(node.scalar?.text.lowercased()) {
            help = "YAML 1.2 knows only true and false."
        }
        report(
            isEmpty ? "empty" : "wrong-type",
            "Expected \(shape.summary), but found \(isEmpty ? "nothing" : node.kindName)",
            at: node.location,
            help: help
        )
    }

    mutating func report(_ rule: String, _ message: String, at location: SourceLocation, help: String? = nil) {
        report(Diagnostic(rule: rule, message, at: location, help: help))
    }

    mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
