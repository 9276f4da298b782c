package import Core

/// What a call of a workflow passes, held against what the called file declares.
package struct CallInterface {
    private let call: WorkflowJob.CallBody
    private let trigger: Trigger
    /// How messages name the called file.
    private let name: String

    /// Everything that is wrong with the call; empty where the file can be called so.
    package static func diagnostics(of call: WorkflowJob.CallBody, to callee: Workflow, named name: String)
        -> [Diagnostic]
    {
        guard let trigger = callee.trigger("workflow_call") else {
            return [
                Diagnostic(
                    rule: "called-workflow",
                    "\(name) cannot be called: its \"on\" has no \"workflow_call\"",
                    at: call.uses.location
                )
            ]
        }
        let interface = CallInterface(call: call, trigger: trigger, name: name)
        return interface.checkInputs() + interface.checkSecrets()
    }

    private func problem(_ message: String, at location: SourceLocation? = nil, _ help: String? = nil) -> Diagnostic {
        Diagnostic(rule: "called-workflow", message, at: location ?? call.uses.location, help: help)
    }

    private func checkInputs() -> [Diagnostic] {
        let given = call.with?.mapping ?? []
        // One expression may stand for all of "with".
        if call.with?.template != nil || given.contains(where: { $0.name == nil }) { return [] }
        var found: [Diagnostic] = []
        for entry in given {
            guard let key = entry.name else { continue }
            guard let input = trigger.inputs.first(where: { OrdinalText.equalIgnoringCase($0.id, key) }) else {
                let help = Suggestion.help(for: key, in: trigger.inputs.map(\.id))
                found.append(problem("\(name) has no input \"\(key)\"", at: entry.key.location, help))
                continue
            }
            if let literal = entry.value.template?.literal, input.kind.convert(literal, isText: false) == nil {
                let message = "Input \"\(input.id)\" is a \(input.kind.rawValue), not \(ExpressionType(literal).name)"
                found.append(problem(message, at: entry.value.location))
            }
        }
        for input in trigger.inputs where input.isRequired && input.defaultValue == nil {
            if !given.contains(where: { OrdinalText.equalIgnoringCase($0.name ?? "", input.id) }) {
                found.append(problem("\(name) requires the input \"\(input.id)\""))
            }
        }
        return found
    }

    private func checkSecrets() -> [Diagnostic] {
        let given: [TemplateValue.Entry]
        switch call.secrets {
        case .inherit: return []
        case .none: given = []
        case .mapping(let value):
            guard let entries = value.mapping, entries.allSatisfy({ $0.name != nil }) else { return [] }
            given = entries
        }
        var found: [Diagnostic] = []
        for entry in given {
            guard let key = entry.name else { continue }
            if !trigger.secrets.contains(where: { OrdinalText.equalIgnoringCase($0.id, key) }) {
                let help = Suggestion.help(for: key, in: trigger.secrets.map(\.id))
                found.append(problem("\(name) has no secret \"\(key)\"", at: entry.key.location, help))
            }
        }
        for secret in trigger.secrets where secret.isRequired {
            if !given.contains(where: { OrdinalText.equalIgnoringCase($0.name ?? "", secret.id) }) {
                let message = "\(name) requires the secret \"\(secret.id)\""
                found.append(problem(message, "Pass it, or write secrets: inherit."))
            }
        }
        return found
    }

    private func problem(_ message: String, _ help: String) -> Diagnostic { problem(message, at: nil, help) }
}
