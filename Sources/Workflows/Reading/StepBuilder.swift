internal import Core

/// Makes steps of template values.
struct StepBuilder {
    private(set) var diagnostics: [Diagnostic] = []
    private var usedNames: Set<String> = []
    private let isAction: Bool

    init(isAction: Bool) { self.isAction = isAction }

    mutating func steps(_ value: TemplateValue?) -> [WorkflowStep] {
        let elements = value?.sequence ?? []
        if let value, value.sequence?.isEmpty == true {
            report("empty", "There are no steps", at: value.location)
        }
        collectIDs(elements)
        return build(elements, inParallel: false)
    }

    /// Ids of all steps of a job, `parallel` groups included, are one space; case does not matter.
    private mutating func collectIDs(_ elements: [TemplateValue]) {
        for element in elements {
            if let id = element["id"]?.located {
                if id.value.hasPrefix("__") {
                    report("invalid-id", "Ids that start with \"__\" are reserved", at: id.location)
                } else if !Identifiers.isValid(id.value) {
                    report("invalid-id", "\"\(id.value)\" is not a valid step id", at: id.location, Identifiers.rule)
                } else if !usedNames.insert(id.value.lowercased()).inserted {
                    report("duplicate-id", "Another step already has the id \"\(id.value)\"", at: id.location)
                }
            }
            collectIDs(element["parallel"]?.sequence ?? [])
        }
    }

    private mutating func build(_ elements: [TemplateValue], inParallel: Bool) -> [WorkflowStep] {
        var steps: [WorkflowStep] = []
        for (index, element) in elements.enumerated() {
            guard let kind = kind(of: element, inParallel: inParallel) else { continue }
            let id = element["id"]?.located
            steps.append(
                WorkflowStep(
                    index: index,
                    location: element.location,
                    id: id,
                    contextName: id?.value ?? generatedName(for: kind),
                    name: element["name"]?.template,
                    condition: element["if"]?.condition ?? .success,
                    env: element["env"],
                    continueOnError: element["continue-on-error"]?.template,
                    timeoutMinutes: element["timeout-minutes"]?.template,
                    isBackground: inParallel || element["background"]?.flag ?? false,
                    kind: kind
                )
            )
        }
        return steps
    }

    private mutating func kind(of element: TemplateValue, inParallel: Bool) -> WorkflowStep.Kind? {
        if let script = element["run"]?.template {
            return .run(
                WorkflowStep.RunBody(
                    script: script,
                    shell: element["shell"]?.template,
                    workingDirectory: element["working-directory"]?.template
                )
            )
        }
        if let uses = element["uses"]?.located {
            let reference = ActionReference(uses.value)
            if reference == nil {
                report(
                    "action-reference",
                    "\"\(uses.value)\" names no action",
                    at: uses.location,
                    "Write owner/name@ref, owner/name/path@ref, ./path, $/path or docker://image."
                )
            }
            return .uses(WorkflowStep.UsesBody(uses: uses, reference: reference, with: element["with"]))
        }
        let control: WorkflowStep.Kind?
        if let wait = element["wait"] {
            control = .wait(wait.list)
        } else if let all = element["wait-all"] {
            if all.flag == false { report("wrong-value", "\"wait-all\" must be true or empty", at: all.location) }
            control = .waitAll
        } else if let id = element["cancel"]?.located {
            control = .cancel(id)
        } else if let group = element["parallel"] {
            if group.sequence?.isEmpty == true { report("empty", "There are no steps", at: group.location) }
            control = .parallel(inParallel ? [] : build(group.sequence ?? [], inParallel: true))
        } else {
            control = nil
        }
        if inParallel, control != nil {
            report(
                "parallel",
                "Only steps with \"run\" or \"uses\" can stand in a \"parallel\" group",
                at: element.location
            )
            return nil
        }
        return control
    }

    /// `__run`, `__run_2`, `__actions_checkout`: what GitHub's runner calls a step without an id.
    private mutating func generatedName(for kind: WorkflowStep.Kind) -> String {
        let base: String
        switch kind {
        case .run: base = "run"
        case .wait: base = "wait"
        case .waitAll: base = "wait-all"
        case .cancel: base = "cancel"
        case .parallel: base = "parallel"
        case .uses(let body):
            switch body.reference {
            case .local, .sameRepository: base = "self"
            case .docker(let image): base = image
            case .repository(let owner, let name, _, _): base = "\(owner)_\(name)"
            case nil: base = "run"
            }
        }
        let legal = base.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "_" }
        let name = "__" + String(legal).prefix(90)
        var candidate = name
        var count = 2
        while !usedNames.insert(candidate.lowercased()).inserted {
            candidate = "\(name)_\(count)"
            count += 1
        }
        return candidate
    }

    private mutating func report(
        _ rule: String,
        _ message: String,
        at location: SourceLocation,
        _ help: String? = nil
    ) {
        diagnostics.append(Diagnostic(rule: rule, message, at: location, help: help))
    }
}
