internal import Core

/// What `wait` and `cancel` name: a background step before them; and that nobody asks for what a background step leaves
/// before it was waited for.
struct BackgroundStepRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        context.workflow.jobs.flatMap { check($0) + checkReaders(in: $0, context) }
    }

    private func checkReaders(in job: WorkflowJob, _ context: CheckContext) -> [Diagnostic] {
        guard job.steps.contains(where: \.isBackground) else { return [] }
        var running: Set<String> = []
        var runningBefore: [String: Set<String>] = [:]
        for step in job.steps {
            for one in [step] + step.parallelSteps { runningBefore[one.contextName] = running }
            switch step.kind {
            case .wait(let targets): running.subtract(targets.map { $0.value.lowercased() })
            case .cancel(let target): running.remove(target.value.lowercased())
            case .waitAll: running = []
            default: if step.isBackground, let id = step.id { running.insert(id.value.lowercased()) }
            }
        }
        return context.sites.flatMap { site -> [Diagnostic] in
            guard site.job?.id == job.id, let step = site.step, let running = runningBefore[step.contextName],
                !running.isEmpty
            else { return [] }
            return site.expressions.flatMap { expression, offset in
                expression.chains.compactMap { chain in
                    guard chain.path.count >= 2, chain.path[0].lowercased() == "steps",
                        running.contains(chain.path[1].lowercased())
                    else { return nil }
                    return Diagnostic(
                        .warning,
                        rule: "background",
                        "Step \"\(chain.path[1])\" may still be running here, and has no outputs yet",
                        at: site.location(at: offset + chain.range.lowerBound),
                        help: "Put \"wait: \(chain.path[1])\" before this step."
                    )
                }
            }
        }
    }

    private func check(_ job: WorkflowJob) -> [Diagnostic] {
        var before: [WorkflowStep] = []
        var found: [Diagnostic] = []
        for step in job.steps {
            switch step.kind {
            case .wait(let targets): for target in targets { found += check(target, of: step, before: before, in: job) }
            case .cancel(let target): found += check(target, of: step, before: before, in: job)
            case .waitAll where !before.contains(where: { $0.isBackground }):
                found.append(
                    Diagnostic(
                        .warning,
                        rule: "background",
                        "No background step stands before this \"wait-all\"",
                        at: step.location
                    )
                )
            default: break
            }
            before.append(step)
        }
        return found
    }

    private func check(
        _ target: Located<String>,
        of step: WorkflowStep,
        before: [WorkflowStep],
        in job: WorkflowJob
    ) -> [Diagnostic] {
        func problem(_ message: String, _ help: String? = nil) -> [Diagnostic] {
            [Diagnostic(rule: "background", message, at: target.location, help: help)]
        }
        func has(_ candidate: WorkflowStep) -> Bool {
            candidate.id.map { OrdinalText.equalIgnoringCase($0.value, target.value) } ?? false
        }
        if has(step) { return problem("Step \"\(target.value)\" cannot name itself") }
        if let named = before.first(where: has) {
            if named.isBackground { return [] }
            return problem("Step \"\(target.value)\" does not run in the background", "Give it \"background: true\".")
        }
        if job.steps.contains(where: has) { return problem("Step \"\(target.value)\" starts only after this one") }
        let ids = before.filter(\.isBackground).compactMap(\.id?.value)
        return problem("There is no step \"\(target.value)\"", Suggestion.help(for: target.value, in: ids))
    }
}
