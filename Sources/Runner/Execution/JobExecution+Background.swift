import Core
import Foundation
import OrderedCollections
import Workflows

/// Steps side by side: `background`, `wait`, `wait-all`, `cancel` and `parallel`.
///
/// What a background step leaves (outputs, variables, paths, its outcome) counts from the step that waits for it.
extension JobExecution {
    /// Runs the job's own steps, and waits for all background steps at their end.
    func runJobSteps(in scope: StepScope) async {
        await withTaskGroup(of: BackgroundEnd.self) { tasks in
            var background = BackgroundSteps()
            for step in request.body.steps {
                switch step.kind {
                case .run, .uses:
                    if step.isBackground {
                        await start(step, in: scope, &background, &tasks)
                    } else {
                        await runTopLevel(step, in: scope)
                    }
                case .parallel(let steps):
                    for inner in steps { await start(inner, in: scope, &background, &tasks) }
                    await control(step, in: scope, &background, &tasks, names: steps.map(\.contextName))
                case .wait(let ids):
                    let names = ids.compactMap { background.name(of: $0.value) }
                    await control(step, in: scope, &background, &tasks, names: names)
                case .waitAll:
                    await control(step, in: scope, &background, &tasks, names: Array(background.open.keys))
                case .cancel(let id):
                    let names = [background.name(of: id.value)].compactMap { $0 }
                    for name in names {
                        background.open[name]?.dismissal.stop(.cancelled)
                        background.open[name]?.stop.stop(.cancelled)
                    }
                    await control(step, in: scope, &background, &tasks, names: names)
                }
            }
            // What nobody waited for still belongs to the job.
            let failures = await collect(Array(background.open.keys), in: scope, &background, &tasks)
            if !failures.isEmpty, status == .success { status = .failure }
        }
    }

    /// Starts a step beside those that follow; its condition and all it sees are those of this moment.
    private func start(
        _ step: WorkflowStep,
        in scope: StepScope,
        _ background: inout BackgroundSteps,
        _ tasks: inout TaskGroup<BackgroundEnd>
    ) async {
        noteStop()
        let dismissal = StopSignal()
        let stop = request.stop.makeChild()
        let number = nextStepNumber
        nextStepNumber += 1
        let seed = BackgroundSeed(
            run: run,
            request: request.stopping(with: stop),
            step: step,
            number: number,
            environment: environment,
            paths: prependedPaths,
            matchers: matchers,
            status: status,
            surroundings: surroundings,
            results: scope.results,
            dismissal: dismissal,
            ledger: ledger
        )
        background.open[step.contextName] = BackgroundSteps.Handle(step: step, stop: stop, dismissal: dismissal)
        let places = background.places
        tasks.addTask { await places.withSlot { await seed.perform() } }
    }

    /// Runs a control step: whatever the job's status, it waits for steps and takes over what they left.
    private func control(
        _ step: WorkflowStep,
        in scope: StepScope,
        _ background: inout BackgroundSteps,
        _ tasks: inout TaskGroup<BackgroundEnd>,
        names: [String]
    ) async {
        let name = displayName(of: step, in: scope)
        await recorded(name, id: step.id?.value, remember: { scope.record($0, as: step.contextName) }) { log in
            let failures = await collect(names, in: scope, &background, &tasks, log: log)
            var result = StepResult(.success)
            if !failures.isEmpty {
                let message = "Failed in the background: \(failures.joined(separator: ", "))"
                log.line("##[error]\(message)")
                result = StepResult(.failure, message: message)
                do {
                    let context = evaluationContext(in: scope, stepName: step.contextName, environment: environment)
                    if try step.continueOnError?.boolean(in: context) ?? false { result.conclusion = .success }
                } catch {
                    result = failed(error, log)
                }
            }
            scope.record(result, as: step.contextName)
            return result
        }
    }

    /// Waits for steps and takes over what they left, in the order of their start.
    ///
    /// - Returns: the names of those that failed.
    private func collect(
        _ names: [String],
        in scope: StepScope,
        _ background: inout BackgroundSteps,
        _ tasks: inout TaskGroup<BackgroundEnd>,
        log: StepLog? = nil
    ) async -> [String] {
        while names.contains(where: { background.ended[$0] == nil }), let end = await tasks.next() {
            background.ended[end.name] = end
        }
        var failures: [String] = []
        for name in names {
            guard let end = background.ended.removeValue(forKey: name),
                let handle = background.open.removeValue(forKey: name)
            else { continue }
            scope.record(end.result, as: name)
            for (variable, value) in end.changes.environment { environment[variable] = value }
            changes.environment.merge(end.changes.environment) { $1 }
            changes.paths += end.changes.paths
            prependedPaths = PathFile.adding(end.changes.paths.joined(separator: "\n"), to: prependedPaths)
            posts += end.posts.posts
            matchers.adopt(end.matchers.after, since: end.matchers.before)
            let title = handle.step.id?.value ?? handle.step.name?.text ?? handle.step.defaultName
            log?.line("\(title): \(end.result.outcome.rawValue)")
            if end.result.conclusion == .failure { failures.append(title) }
        }
        return failures
    }
}

extension JobRequest {
    /// The same job with a stop signal of its own.
    fileprivate func stopping(with stop: StopSignal) -> JobRequest {
        var copy = self
        copy.stop = stop
        return copy
    }
}
