internal import Core

extension Workflow {
    /// Every feature that the jobs need; all jobs where none are named.
    package func featureUses(in jobs: Set<String>? = nil) -> [FeatureUse] {
        var collector = FeatureCollector()
        if let concurrency { collector.add(.concurrency, at: concurrency.location) }
        for job in self.jobs where jobs?.contains(job.id) ?? true { collector.collect(job) }
        return collector.uses
    }
}

extension ActionMetadata {
    /// Every feature that running the action needs.
    package func featureUses() -> [FeatureUse] {
        var collector = FeatureCollector()
        switch runs {
        case .composite(let steps):
            collector.add(.compositeAction, at: source.start, name)
            collector.collect(steps)
        case .node: collector.add(.nodeAction, at: source.start, name)
        case .docker: collector.add(.dockerAction, at: source.start, name)
        }
        return collector.uses
    }
}

private struct FeatureCollector {
    var uses: [FeatureUse] = []

    mutating func add(
        _ feature: WorkflowFeature,
        at location: SourceLocation?,
        _ subject: String? = nil,
        action: ActionReference? = nil
    ) {
        guard let location else { return }
        uses.append(FeatureUse(feature: feature, location: location, subject: subject, action: action))
    }

    mutating func collect(_ job: WorkflowJob) {
        add(.matrix, at: job.strategy?.matrix?.location)
        add(.concurrency, at: job.concurrency?.location)
        switch job.body {
        case .call(let call):
            switch call.reference {
            case .local?: add(.reusableWorkflow, at: call.uses.location, call.uses.value)
            case .repository?: add(.remoteReusableWorkflow, at: call.uses.location, call.uses.value)
            case nil: break
            }
        case .steps(let body):
            add(.jobContainer, at: body.container?.location)
            add(.services, at: body.services?.location)
            add(.environment, at: body.environment?.location)
            add(.runnerGroup, at: body.runsOn?.definition["group"]?.location)
            add(.snapshot, at: body.snapshot)
            add(.cancelTimeout, at: body.cancelTimeoutMinutes?.location)
            collect(body.steps)
        }
    }

    mutating func collect(_ steps: [WorkflowStep]) {
        for step in steps {
            switch step.kind {
            case .wait, .waitAll, .cancel, .parallel: add(.backgroundSteps, at: step.location)
            case .run: if step.isBackground { add(.backgroundSteps, at: step.location) }
            case .uses(let body):
                if step.isBackground { add(.backgroundSteps, at: step.location) }
                guard let reference = body.reference else { continue }
                add(reference.feature, at: body.uses.location, body.uses.value, action: reference)
            }
            collect(step.parallelSteps)
        }
    }
}

extension ActionReference {
    fileprivate var feature: WorkflowFeature {
        switch self {
        case .local: .localAction
        case .sameRepository: .sameRepositoryAction
        case .repository: .remoteAction
        case .docker: .dockerAction
        }
    }
}
