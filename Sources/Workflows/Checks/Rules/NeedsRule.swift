internal import Core

/// Undefined and repeated `needs`, and circles.
struct NeedsRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] { context.graph.diagnostics }
}
