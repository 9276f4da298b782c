internal import Core

/// What is known before a run, and what only the run will tell.
package struct Foresight: Sendable {
    package var context: EvaluationContext
    /// Contexts whose values are not known yet, in lower case.
    package var unknown: Set<String>
    /// Members of `env` that are known although others may be written during the run.
    package var variables: Set<String> = []
    /// What `success()` will certainly say; nil where that is up to the run.
    package var success: Bool?

    package init(_ context: EvaluationContext, unknown: Set<String>, success: Bool?) {
        self.context = context
        self.unknown = unknown
        self.success = success
    }

    /// Whether everything that a value names is known.
    package func knows(_ value: TemplateValue) -> Bool {
        var result = true
        value.visitTemplates { if !knows($0) { result = false } }
        return result
    }

    package func knows(_ template: Template) -> Bool {
        template.expressions.allSatisfy { expression, _ in knowsAll(of: expression.root, assuming: true) }
    }

    /// The template's text with its values put in; as it is written where they are not all known.
    package func text(_ template: Template) -> String {
        knows(template) ? (try? template.string(in: context)) ?? template.text : template.text
    }

    /// `assuming`: that all goes well until then.
    fileprivate func knows(_ node: ExpressionNode, assuming: Bool) -> Bool {
        switch node.kind {
        case .context(let name): return !unknown.contains(name.lowercased())
        case .call(.hashFiles, _): return false
        case .call(.always, _): return true
        case .call(.success, let arguments): return assuming || (success != nil && arguments.isEmpty)
        case .call(.failure, let arguments): return assuming || (success == true && arguments.isEmpty)
        case .call(.cancelled, _): return assuming
        default: return true
        }
    }

    fileprivate func knowsAll(of node: ExpressionNode, assuming: Bool) -> Bool {
        if isKnownVariable(node) { return true }
        return knows(node, assuming: assuming) && node.children.allSatisfy { knowsAll(of: $0, assuming: assuming) }
    }

    private func isKnownVariable(_ node: ExpressionNode) -> Bool {
        guard let chain = ContextChain(node), chain.path.count == 2, chain.path[0].lowercased() == "env" else {
            return false
        }
        return variables.contains(chain.path[1])
    }
}

/// A condition as far as it can be decided before the run.
package struct ConditionForecast: Sendable, Hashable {
    /// The whole condition: `success() && (github.ref == 'refs/heads/main')`.
    package let expression: String
    /// The same with the values that are known in place of names.
    package let substituted: String
    /// What it comes out as whatever happens; nil: that is up to the run.
    package let certain: Bool?
    /// What it comes out as if all before it goes well; nil: that is up to the run too.
    package let assumed: Bool?

    /// A condition that nothing is known of; values are what stands in place of names.
    package static func undecided(_ condition: Condition, values: String? = nil) -> ConditionForecast {
        let text = condition.effectiveText
        return ConditionForecast(expression: text, substituted: values ?? text, certain: nil, assumed: nil)
    }

    /// What control steps have: they run whatever happened before.
    package static let always = ConditionForecast(
        expression: "always()",
        substituted: "always()",
        certain: true,
        assumed: true
    )

    /// The forecast in a few words.
    package var verdict: String {
        switch (certain, assumed) {
        case (true?, _): "true"
        case (false?, _): "false"
        case (nil, true?): "true if nothing before it fails"
        case (nil, false?): "false unless something before it fails"
        case (nil, nil): "decided during the run"
        }
    }
}

extension Condition {
    /// What will become of the condition, with its values put in as far as they are known.
    ///
    /// - Throws: `ExpressionFailure` where a value that is known cannot be computed with.
    package func forecast(_ foresight: Foresight) throws -> ConditionForecast {
        let implied = isEmpty || !expression.usesStatusFunction ? implicit == .success : false
        let own: (Bool) throws -> Bool? = { [self] assuming in
            if isEmpty || isText { return true }
            return try foresight.truth(of: expression.root, assuming: assuming, in: self)
        }
        func whole(assuming: Bool) throws -> Bool? {
            let inner = try own(assuming)
            guard implied else { return inner }
            let status = assuming ? foresight.success ?? true : foresight.success
            if status == false || inner == false { return false }
            return status == true ? inner : nil
        }
        var context = foresight.context
        context.status = foresight.success == false ? StepStatus.failure : StepStatus.success
        var substitution = Substitution(context: context) { [foresight] node in
            foresight.knows(node, assuming: foresight.success != nil)
        }
        _ = substitution.walk(expression.root)
        let inner = isText ? quoted(expression.source) : substitution.applied(to: expression.source)
        let status = foresight.success.map(String.init) ?? "success()"
        let substituted = isEmpty ? (implied ? status : "true") : implied ? "\(status) && (\(inner))" : inner
        return ConditionForecast(
            expression: effectiveText,
            substituted: substituted,
            certain: try whole(assuming: false),
            assumed: try whole(assuming: true)
        )
    }
}

extension Foresight {
    /// Three-valued logic: one operand may decide although others are not known.
    fileprivate func truth(of node: ExpressionNode, assuming: Bool, in condition: Condition) throws -> Bool? {
        switch node.kind {
        case .and(let operands):
            let values = try operands.map { try truth(of: $0, assuming: assuming, in: condition) }
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .or(let operands):
            let values = try operands.map { try truth(of: $0, assuming: assuming, in: condition) }
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        case .not(let operand): return try truth(of: operand, assuming: assuming, in: condition).map { !$0 }
        default:
            guard knowsAll(of: node, assuming: assuming) else { return nil }
            var context = context
            if assuming || success != nil {
                context.status = success == false ? StepStatus.failure : StepStatus.success
            }
            var evaluator = ExpressionEvaluator(context: context)
            do {
                return try evaluator.evaluate(node).isTruthy
            } catch let error as ExpressionError {
                let place = condition.offset + (error.range?.lowerBound ?? 0)
                throw ExpressionFailure(
                    error.message,
                    at: condition.source?.location(at: place) ?? SourceLocation(file: "", line: 1, column: 1),
                    source: condition.expression.source
                )
            }
        }
    }
}
