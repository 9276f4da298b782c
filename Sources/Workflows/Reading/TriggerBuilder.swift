internal import Core

/// Makes the events of `on` of a template value.
struct TriggerBuilder {
    private(set) var diagnostics: [Diagnostic] = []

    mutating func triggers(_ value: TemplateValue?) -> [Trigger] {
        guard let value else { return [] }
        if let entries = value.mapping {
            return entries.compactMap { entry in
                entry.name.map { trigger($0, at: entry.key.location, entry.value) }
            }
        }
        return value.list.map { trigger($0.value, at: $0.location, nil) }
    }

    private mutating func trigger(_ event: String, at location: SourceLocation, _ value: TemplateValue?) -> Trigger {
        Trigger(
            event: event,
            location: location,
            types: value?["types"].map(\.list),
            branches: filter("branches", of: value),
            tags: filter("tags", of: value),
            paths: filter("paths", of: value),
            workflows: value?["workflows"].map(\.list),
            schedules: (value?.sequence ?? []).compactMap { element in
                element["cron"]?.located.map { Schedule(cron: $0, timezone: element["timezone"]?.located) }
            },
            inputs: (value?["inputs"]?.mapping ?? []).compactMap { input($0, isCall: event == "workflow_call") },
            secrets: (value?["secrets"]?.mapping ?? []).compactMap { entry in
                entry.name.map {
                    SecretDefinition(
                        id: $0,
                        location: entry.key.location,
                        isRequired: entry.value["required"]?.flag ?? false
                    )
                }
            },
            outputs: (value?["outputs"]?.mapping ?? []).compactMap { entry in
                guard let id = entry.name, let output = entry.value["value"]?.template else { return nil }
                return CallOutput(id: id, location: entry.key.location, value: output)
            },
            names: filter("names", of: value),
            versions: filter("versions", of: value)
        )
    }

    private mutating func filter(_ name: String, of value: TemplateValue?) -> PatternFilter? {
        let only = value?[name]
        let ignore = value?[name + "-ignore"]
        if only != nil, let ignore {
            diagnostics.append(
                Diagnostic(
                    rule: "event-filter",
                    "\"\(name)\" and \"\(name)-ignore\" cannot stand together",
                    at: ignore.location,
                    help: "Use \"\(name)\" alone, with \"!\" in front of the patterns to leave out."
                )
            )
        }
        if let only { return PatternFilter(mode: .only, patterns: only.list, location: only.location) }
        return ignore.map { PatternFilter(mode: .ignore, patterns: $0.list, location: $0.location) }
    }

    private mutating func input(_ entry: TemplateValue.Entry, isCall: Bool) -> InputDefinition? {
        guard let id = entry.name else { return nil }
        let value = entry.value
        let input = InputDefinition(
            id: id,
            location: entry.key.location,
            description: value["description"]?.text,
            kind: value["type"]?.text.flatMap(InputDefinition.Kind.init) ?? .string,
            isRequired: value["required"]?.flag ?? false,
            defaultValue: value["default"].flatMap { $0.isNull ? nil : $0.template },
            options: value["options"]?.list ?? []
        )
        checkDefault(of: input)
        return input
    }

    private mutating func checkDefault(of input: InputDefinition) {
        if input.kind == .choice, input.options.isEmpty {
            report("Input \"\(input.id)\" is a choice and needs \"options\"", at: input.location)
        }
        guard let given = input.defaultValue, let literal = given.literal else { return }
        switch (input.kind, literal) {
        case (.boolean, .bool), (.number, .number), (.string, _), (.environment, _): break
        case (.boolean, .string(let text)) where text == "true" || text == "false": break
        case (.number, .string(let text)) where !text.isEmpty && !NumberText.parse(text).isNaN: break
        case (.choice, _):
            if !input.options.isEmpty, !input.options.contains(where: { $0.value == literal.text }) {
                report("The default of \"\(input.id)\" is none of its options", at: given.location)
            }
        default: report("The default of \"\(input.id)\" is no \(input.kind.rawValue)", at: given.location)
        }
    }

    private mutating func report(_ message: String, at location: SourceLocation) {
        diagnostics.append(Diagnostic(rule: "input", message, at: location))
    }
}
