internal import Core

/// `with` of actions that are known: those of this repository, and the common ones of GitHub.
struct ActionInputRule: StepRule {
    func check(_ step: WorkflowStep, in scope: StepScope) -> [Diagnostic] {
        guard let uses = step.uses, let reference = uses.reference else { return [] }
        if reference.localFolder != nil {
            guard let action = scope.files.action(reference) else { return missing(uses, reference, scope) }
            return checkLocal(uses, action)
        }
        guard let known = ActionCatalog.interface(of: reference) else { return [] }
        return checkNames(uses, allowed: known.inputs) + checkRequired(uses, known.required) + checkValues(uses, known)
    }

    private func checkValues(_ uses: WorkflowStep.UsesBody, _ known: ActionCatalog.Interface) -> [Diagnostic] {
        (uses.with?.mapping ?? []).compactMap { entry in
            guard let name = entry.name, known.inputs.contains(where: { OrdinalText.equalIgnoringCase($0, name) }),
                let kind = ActionCatalog.kind(ofInput: name), let text = entry.value.template?.constantText,
                !text.isEmpty, !kind.accepts(text)
            else { return nil }
            return Diagnostic(
                rule: "action-input",
                "Input \"\(name)\" of \(uses.uses.value) takes \(kind.title), not \"\(text)\"",
                at: entry.value.location
            )
        }
    }

    private func missing(
        _ uses: WorkflowStep.UsesBody,
        _ reference: ActionReference,
        _ scope: StepScope
    ) -> [Diagnostic] {
        guard scope.files.isAvailable else { return [] }
        return [
            Diagnostic(
                .warning,
                rule: "action-missing",
                "There is no action in \"\(reference.localFolder ?? "")\" now",
                at: uses.uses.location,
                help: "An action of the workspace must be there when its step starts; a checkout may bring it."
            )
        ]
    }

    private func checkLocal(_ uses: WorkflowStep.UsesBody, _ action: ActionMetadata) -> [Diagnostic] {
        var found = checkNames(uses, allowed: action.inputs.map(\.id))
        found += checkRequired(uses, action.inputs.filter { $0.isRequired && $0.defaultValue == nil }.map(\.id))
        for entry in uses.with?.mapping ?? [] {
            guard let name = entry.name, let message = action.input(name)?.deprecationMessage else { continue }
            found.append(
                Diagnostic(
                    .warning,
                    rule: "action-input",
                    "Input \"\(name)\" is deprecated: \(message)",
                    at: entry.key.location
                )
            )
        }
        return found
    }

    /// An unknown input does no harm but is ignored, as GitHub's runner warns.
    private func checkNames(_ uses: WorkflowStep.UsesBody, allowed: [String]) -> [Diagnostic] {
        (uses.with?.mapping ?? []).compactMap { entry in
            guard let name = entry.name, !allowed.contains(where: { OrdinalText.equalIgnoringCase($0, name) }) else {
                return nil
            }
            // A container action takes these two whatever it declares.
            if ["args", "entrypoint"].contains(name.lowercased()), case .docker? = uses.reference { return nil }
            return Diagnostic(
                .warning,
                rule: "action-input",
                "\(uses.uses.value) has no input \"\(name)\"",
                at: entry.key.location,
                help: Suggestion.help(for: name, in: allowed)
            )
        }
    }

    private func checkRequired(_ uses: WorkflowStep.UsesBody, _ required: [String]) -> [Diagnostic] {
        let entries = uses.with?.mapping ?? []
        if uses.with?.template != nil || entries.contains(where: { $0.name == nil }) { return [] }
        return required.filter { input in
            !entries.contains { OrdinalText.equalIgnoringCase($0.name ?? "", input) }
        }.map { input in
            Diagnostic(
                rule: "action-input",
                "\(uses.uses.value) requires the input \"\(input)\"",
                at: uses.uses.location
            )
        }
    }
}
