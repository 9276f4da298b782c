internal import Core

/// Calls of workflows: this repository's own against what the called file declares, others pinned to a commit.
struct CalledWorkflowRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        context.workflow.jobs.flatMap { job in job.call.map { check($0, of: job, in: context) } ?? [] }
    }

    private func check(_ call: WorkflowJob.CallBody, of job: WorkflowJob, in context: CheckContext) -> [Diagnostic] {
        if case .repository(_, _, _, let ref)? = call.reference, !ActionPinRule.isCommit(ref) {
            return [
                ActionPinRule.diagnostic(
                    "\"\(call.uses.value)\" is not pinned to a full commit SHA",
                    at: call.uses.location
                )
            ]
        }
        guard case .local(let path)? = call.reference, context.files.isAvailable else { return [] }
        func problem(_ message: String) -> Diagnostic {
            Diagnostic(rule: "called-workflow", message, at: call.uses.location)
        }
        guard let callee = context.files.workflow(call.reference) else {
            return [problem("There is no workflow \(path) that can be read")]
        }
        var found = CallInterface.diagnostics(of: call, to: callee, named: path)
        guard callee.trigger("workflow_call") != nil else { return found }
        let limit = PermissionLimit(caller: job.permissions ?? context.workflow.permissions)
        found += limit.diagnostics(for: callee, named: path, at: call.uses.location)
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
}
