internal import Core

/// Makes action metadata of a template value.
struct ActionBuilder {
    let file: SourceText
    private(set) var diagnostics: [Diagnostic] = []

    init(file: SourceText) { self.file = file }

    mutating func action(_ root: TemplateValue) -> ActionMetadata? {
        guard let runs = root["runs"].flatMap({ runs($0) }) else { return nil }
        return ActionMetadata(
            path: file.file,
            source: file,
            name: root["name"]?.text ?? "",
            description: root["description"]?.text,
            author: root["author"]?.text,
            inputs: (root["inputs"]?.mapping ?? []).compactMap(input),
            outputs: (root["outputs"]?.mapping ?? []).compactMap(output),
            runs: runs
        )
    }

    private func input(_ entry: TemplateValue.Entry) -> ActionMetadata.Input? {
        guard let id = entry.name else { return nil }
        let value = entry.value
        return ActionMetadata.Input(
            id: id,
            location: entry.key.location,
            description: value["description"]?.text,
            isRequired: value["required"]?.flag ?? false,
            defaultValue: value["default"]?.template,
            deprecationMessage: value["deprecationMessage"]?.text
        )
    }

    private func output(_ entry: TemplateValue.Entry) -> ActionMetadata.Output? {
        guard let id = entry.name else { return nil }
        return ActionMetadata.Output(
            id: id,
            location: entry.key.location,
            description: entry.value["description"]?.text,
            value: entry.value["value"]?.template
        )
    }

    private mutating func runs(_ value: TemplateValue) -> ActionMetadata.Runs? {
        guard let using = value["using"]?.located else { return nil }
        switch using.value {
        case "composite":
            guard let steps = value["steps"] else { return missing("steps", of: using) }
            var builder = StepBuilder(isAction: true)
            let result = builder.steps(steps)
            diagnostics += builder.diagnostics
            return .composite(result)
        case "docker":
            guard let image = value["image"]?.text else { return missing("image", of: using) }
            return .docker(
                ActionMetadata.DockerRuns(
                    image: image,
                    entrypoint: value["entrypoint"]?.text,
                    args: value["args"]?.sequence?.compactMap(\.template) ?? [],
                    env: value["env"],
                    preEntrypoint: value["pre-entrypoint"]?.text,
                    preCondition: value["pre-if"]?.condition ?? .always,
                    postEntrypoint: value["post-entrypoint"]?.text,
                    postCondition: value["post-if"]?.condition ?? .always
                )
            )
        default:
            guard let main = value["main"]?.text else { return missing("main", of: using) }
            return .node(
                ActionMetadata.NodeRuns(
                    version: Int(using.value.dropFirst("node".count)) ?? 0,
                    main: main,
                    pre: value["pre"]?.text,
                    preCondition: value["pre-if"]?.condition ?? .always,
                    post: value["post"]?.text,
                    postCondition: value["post-if"]?.condition ?? .always
                )
            )
        }
    }

    private mutating func missing(_ key: String, of using: Located<String>) -> ActionMetadata.Runs? {
        diagnostics.append(
            Diagnostic(rule: "missing-key", "\"using: \(using.value)\" needs \"\(key)\"", at: using.location)
        )
        return nil
    }
}
