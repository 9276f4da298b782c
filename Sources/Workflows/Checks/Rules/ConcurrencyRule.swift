internal import Core

/// A job in the group of its own workflow waits for itself.
struct ConcurrencyRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        guard let outer = context.workflow.concurrency.flatMap(group) else { return [] }
        return context.workflow.jobs.compactMap { job in
            guard let inner = job.concurrency, let name = group(inner), OrdinalText.equalIgnoringCase(name, outer)
            else { return nil }
            return Diagnostic(
                rule: "concurrency",
                "Job \"\(job.id)\" is in the concurrency group of its own workflow and would wait for itself",
                at: inner.location
            )
        }
    }

    private func group(_ concurrency: ConcurrencyDefinition) -> String? {
        (concurrency.definition["group"] ?? concurrency.definition).template?.text
    }
}
