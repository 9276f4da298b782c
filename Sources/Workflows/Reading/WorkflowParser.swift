internal import Core

/// Reads workflow files.
package enum WorkflowParser {
    /// Reads a workflow; `path` is the file's name for messages, as the user would write it.
    package static func parse(_ text: String, path: String) -> Parsed<Workflow> {
        let file = SourceText(text, file: path)
        let (value, diagnostics) = FileReader.read(text, file: file, as: WorkflowSchema.root, title: "workflow")
        guard let value else { return Parsed(model: nil, diagnostics: diagnostics) }
        var builder = WorkflowBuilder(file: file)
        let workflow = builder.workflow(value)
        return Parsed(model: workflow, diagnostics: diagnostics + builder.diagnostics)
    }
}

/// Reads `action.yml` files.
package enum ActionParser {
    package static func parse(_ text: String, path: String) -> Parsed<ActionMetadata> {
        let file = SourceText(text, file: path)
        let (value, diagnostics) = FileReader.read(text, file: file, as: ActionSchema.root, title: "action")
        guard let value else { return Parsed(model: nil, diagnostics: diagnostics) }
        var builder = ActionBuilder(file: file)
        let action = builder.action(value)
        return Parsed(model: action, diagnostics: diagnostics + builder.diagnostics)
    }
}
