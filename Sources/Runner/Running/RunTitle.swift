import Foundation
import Journal
import Workflows

extension RunContext {
    /// What `run-name` gives, masked; nil where the workflow has none, or it gives blanks only.
    ///
    /// - Throws: `ExpressionFailure`.
    func title(of workflow: Workflow, file: String, inputs: ExpressionValue) throws -> String? {
        guard let template = workflow.runName else { return nil }
        let identity = WorkflowIdentity(name: workflow.displayName, file: file)
        let context = EvaluationContext([
            "github": .object(github(workflow: identity)), "inputs": inputs, "vars": variablesContext,
        ])
        let text = try template.string(in: context).split(whereSeparator: \.isNewline).joined(separator: " ")
        let title = masker.mask(text.trimmingCharacters(in: .whitespaces))
        return title.isEmpty ? nil : title
    }
}
