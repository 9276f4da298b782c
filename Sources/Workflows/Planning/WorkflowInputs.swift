internal import Core

/// Works out the `inputs` context of a run or a called workflow.
package enum WorkflowInputs {
    /// Inputs of `workflow_dispatch` as a user gives them, in text.
    ///
    /// - Throws: `DiagnosticsError` with everything that is wrong: unknown, missing and ill-typed inputs.
    package static func resolve(
        _ trigger: Trigger,
        given: [String: String],
        in context: EvaluationContext
    ) throws -> ExpressionValue {
        try resolve(trigger, given: given.mapValues(ExpressionValue.string), at: nil, isText: true, in: context)
    }

    /// Inputs of `workflow_call`, as `with` of the caller gives them.
    ///
    /// - Throws: `DiagnosticsError`, `ExpressionFailure`.
    package static func resolve(
        _ trigger: Trigger,
        with call: WorkflowJob.CallBody,
        caller: EvaluationContext,
        callee: EvaluationContext
    ) throws -> ExpressionValue {
        var given: [String: ExpressionValue] = [:]
        if case .object(let object)? = try call.with?.evaluate(in: caller) {
            for entry in object.entries { given[entry.key] = entry.value }
        }
        return try resolve(trigger, given: given, at: call.uses.location, isText: false, in: callee)
    }

    private static func resolve(
        _ trigger: Trigger,
        given: [String: ExpressionValue],
        at location: SourceLocation?,
        isText: Bool,
        in context: EvaluationContext
    ) throws -> ExpressionValue {
        var problems: [Diagnostic] = []
        func problem(_ message: String, _ help: String? = nil, input: InputDefinition? = nil) {
            let place = location ?? input?.location ?? trigger.location
            problems.append(Diagnostic(rule: "input", message, at: place, help: help))
        }
        for name in given.keys.sorted()
        where !trigger.inputs.contains(where: { OrdinalText.equalIgnoringCase($0.id, name) }) {
            problem("There is no input \"\(name)\"", Suggestion.help(for: name, in: trigger.inputs.map(\.id)))
        }
        var values: [(String, ExpressionValue)] = []
        for input in trigger.inputs {
            guard let value = given.first(where: { OrdinalText.equalIgnoringCase($0.key, input.id) })?.value else {
                if input.isRequired, input.defaultValue == nil {
                    problem("Input \"\(input.id)\" is required", input: input)
                }
                values.append((input.id, try defaultValue(of: input, in: context)))
                continue
            }
            if let typed = input.kind.convert(value, isText: isText) {
                if input.kind == .choice, !input.options.contains(where: { $0.value == typed.text }) {
                    let options = input.options.map(\.value)
                    problem(
                        "\"\(typed.text)\" is none of the options of input \"\(input.id)\"",
                        Suggestion.help(for: typed.text, in: options),
                        input: input
                    )
                }
                values.append((input.id, typed))
            } else {
                problem("Input \"\(input.id)\" must be a \(input.kind.rawValue), not '\(value.text)'", input: input)
            }
        }
        guard problems.isEmpty else { throw DiagnosticsError(problems) }
        return .object(values)
    }

    private static func defaultValue(of input: InputDefinition, in context: EvaluationContext) throws -> ExpressionValue
    {
        guard let template = input.defaultValue else { return input.kind.emptyValue }
        let value = try template.evaluate(in: context)
        guard let typed = input.kind.convert(value, isText: true) else {
            throw template.failure("The default of input \"\(input.id)\" is no \(input.kind.rawValue)")
        }
        return typed
    }
}

extension InputDefinition.Kind {
    /// What an input without value and default is.
    var emptyValue: ExpressionValue {
        switch self {
        case .boolean: .bool(false)
        case .number: .number(0)
        case .string, .choice, .environment: .string("")
        }
    }

    /// The value as this kind; nil where it is another one. Text stands for booleans and numbers where `isText`.
    func convert(_ value: ExpressionValue, isText: Bool) -> ExpressionValue? {
        switch (self, value) {
        case (.boolean, .bool), (.number, .number): return value
        case (.boolean, .string(let text)) where isText:
            return text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
        case (.number, .string(let text)) where isText:
            let number = NumberText.parse(text)
            return text.trimmingSpace.isEmpty || number.isNaN ? nil : .number(number)
        case (.boolean, _), (.number, _): return nil
        case (.string, _), (.choice, _), (.environment, _): return value.isPrimitive ? .string(value.text) : nil
        }
    }
}
