internal import Core

/// Calls of workflows: this repository's own against what the called file declares, others pinned to a commit.
struct CalledWorkflowRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        context.workflow.jobs.flatMap { job in job.call.map { check($0, in: context) } ?? [] }
    }

    private func check(_ call: WorkflowJob.CallBody, in context: CheckContext) -> [Diagnostic] {
        if case .repository(_, _, _, let ref)? = call.reference, !ActionPinRule.isCommit(ref) {
            return [
                ActionPinRule.diagnostic(
                    "\"\(call.uses.value)\" is not pinned to a full commit SHA",
                    at: call.uses.location
                )
            ]
        }
        guard case .local(let path)? = call.reference, context.files.isAvailable else { return [] }
        func problem(_ message: String, at location: SourceLocation? = nil, _ help: String? = nil) -> Diagnostic {
            Diagnostic(rule: "called-workflow", message, at: location ?? call.uses.location, help: help)
        }
        guard let callee = context.files.workflow(call.reference) else {
            return [problem("There is no workflow \(path) that can be read")]
        }
        guard let interface = callee.trigger("workflow_call") else {
            return [problem("\(path) cannot be called: its \"on\" has no \"workflow_call\"")]
        }
        var found = checkInputs(call, interface, path, problem) + checkSecrets(call, interface, path, problem)
        var calls = CallDepth(files: context.files)
        switch calls.below(path, callee) {
        case .circle(let paths):
            found.append(problem("The workflows call each other in a circle: \(paths.joined(separator: " → "))"))
        case .levels(let levels) where levels > CallDepth.maximum:
            found.append(problem("Workflows are nested more than \(CallDepth.maximum) levels deep"))
        case .levels: break
        }
        return found
    }

    private typealias Problem = (String, SourceLocation?, String?) -> Diagnostic

    private func checkInputs(
        _ call: WorkflowJob.CallBody,
        _ interface: Trigger,
        _ path: String,
        _ problem: Problem
    ) -> [Diagnostic] {
        let given = call.with?.mapping ?? []
        // One expression may stand for all of "with".
        if call.with?.template != nil || given.contains(where: { $0.name == nil }) { return [] }
        var found: [Diagnostic] = []
        for entry in given {
            guard let name = entry.name else { continue }
            guard let input = interface.inputs.first(where: { OrdinalText.equalIgnoringCase($0.id, name) }) else {
                let help = Suggestion.help(for: name, in: interface.inputs.map(\.id))
                found.append(problem("\(path) has no input \"\(name)\"", entry.key.location, help))
                continue
            }
            if let literal = entry.value.template?.literal, input.kind.convert(literal, isText: false) == nil {
                found.append(
                    problem(
                        "Input \"\(input.id)\" is a \(input.kind.rawValue), not \(ExpressionType(literal).name)",
                        entry.value.location,
                        nil
                    )
                )
            }
        }
        for input in interface.inputs where input.isRequired && input.defaultValue == nil {
            if !given.contains(where: { OrdinalText.equalIgnoringCase($0.name ?? "", input.id) }) {
                found.append(problem("\(path) requires the input \"\(input.id)\"", nil, nil))
            }
        }
        return found
    }

    private func checkSecrets(
        _ call: WorkflowJob.CallBody,
        _ interface: Trigger,
        _ path: String,
        _ problem: Problem
    ) -> [Diagnostic] {
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
            guard let name = entry.name else { continue }
            if !interface.secrets.contains(where: { OrdinalText.equalIgnoringCase($0.id, name) }) {
                let help = Suggestion.help(for: name, in: interface.secrets.map(\.id))
                found.append(problem("\(path) has no secret \"\(name)\"", entry.key.location, help))
            }
        }
        for secret in interface.secrets where secret.isRequired {
            if !given.contains(where: { OrdinalText.equalIgnoringCase($0.name ?? "", secret.id) }) {
                found.append(
                    problem("\(path) requires the secret \"\(secret.id)\"", nil, "Pass it, or write secrets: inherit.")
                )
            }
        }
        return found
    }
}
