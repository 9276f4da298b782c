import Core
import Foundation
import Kubernetes

extension ReleaseRun {
    /// The rule of the watch that comes next: of a canary's step, where it names a time of its own.
    var watchRule: WatchRule? {
        guard let step = canaryStep else { return record.watchRule }
        if let window = step.watch { return (record.watchRule ?? WatchRule()).with(window: window) }
        return record.watchRule
    }

    /// What follows a watch: a canary's step may have to wait for a time, or for a person.
    mutating func pauseOrAdvance(_ detail: String) async throws {
        if let step = canaryStep {
            if step.pause > 0 {
                context.reporter.report(.step("Pausing for \(DurationText.format(step.pause))"))
                try await context.clock.sleep(step.pause)
            }
            if step.needsApproval {
                let place = "step \((record.step ?? 0) + 1) of \(canarySteps.count) (\(step.text))"
                entry.record.watchVerdict = "\(place) is good (\(detail)) and waits for a person"
                try await enter(.paused, entry.record.watchVerdict)
                throw Self.paused(record)
            }
        }
        try await advance(detail)
    }

    /// Watches the new revision under its users' traffic until the rule has decided.
    mutating func watch() async throws {
        guard let rule = watchRule else { return try await pauseOrAdvance("not watched") }
        let span = DurationText.format(rule.window)
        context.reporter.report(.step("Watching for \(span) at most"))
        let runner = WatchRunner(
            context: context,
            rule: rule,
            deployment: record.subject,
            releaseBegan: entry.createdAt
        )
        let (decision, figures) = try await runner.run()
        entry.record.watch = figures
        switch decision {
        case .promote(let reason):
            entry.record.watchVerdict = reason
            try await pauseOrAdvance(reason)
        case .rollBack(let reason):
            entry.record.watchVerdict = reason
            throw ReleaseFailure(reason: "ErrorRate", message: reason)
        case .pause(let reason):
            entry.record.watchVerdict = reason
            try await enter(.paused, reason)
            throw Self.paused(record)
        case .undecided, .extended:
            throw CancellationError()
        }
    }

    static func paused(_ record: ReleaseRecord) -> SlipwayError {
        SlipwayError(
            .waiting,
            "Release \(record.number) of \(record.environment) waits for a decision; the new version serves",
            why: record.watchVerdict,
            next:
                "Keep it: run the same command with --yes. Go back: slipway deploy --env \(record.environment) --rollback"
        )
    }
}

/// Scrapes the new pods through the API and feeds the watch.
struct WatchRunner {
    let context: ReleaseContext
    let rule: WatchRule
    /// The Deployment whose new pods are watched.
    let deployment: String
    /// By the cluster's clock: pods made since then started with this release, and their counters at zero.
    let releaseBegan: Date?

    private struct Look {
        var scrapes: [RequestCount?] = []
        var isDown = false
    }

    func run() async throws -> (WatchDecision, WatchFigures) {
        var watch = ErrorRateWatch(rule: rule)
        var counters: [String: PodRequestCounter] = [:]
        var warned = false
        let start = context.clock.seconds()
        while true {
            let look = try await look(&counters, warned: &warned)
            for scrape in look.scrapes { watch.add(scrape) }
            if look.isDown {
                return (.rollBack("no pod of the new revision is available any more"), watch.figures)
            }
            let elapsed = context.clock.seconds() - start
            let decision = watch.decide(elapsed: elapsed)
            context.reporter.report(.watching(watch.figures, of: rule.window))
            switch decision {
            case .undecided: break
            case .extended(let reason): context.reporter.report(.note(reason))
            case .promote, .rollBack, .pause: return (decision, watch.figures)
            }
            let rest = (elapsed / rule.interval).rounded(.down) * rule.interval + rule.interval - elapsed
            let untilEnd = rule.window - elapsed
            try await context.clock.sleep(max(0.05, untilEnd > 0 ? min(rest, untilEnd) : rest))
        }
    }

    private func look(_ counters: inout [String: PodRequestCounter], warned: inout Bool) async throws -> Look {
        var result = Look()
        let name = self.deployment
        let deployment: KubernetesObject
        let pods: [PodView]
        do {
            guard
                let found = try await context.cluster.get(
                    .deployment,
                    namespace: context.environment.namespace,
                    name: name
                )
            else { throw ReleaseFailure(reason: "Deleted", message: "the Deployment \(name) is gone") }
            deployment = found
            pods = try await PodFinder(context: context).pods(of: found)
        } catch let error as KubernetesStatusError {
            // An API server that fails for a moment is no evidence about the new version.
            context.reporter.report(.warning("This look failed: \(error.message)"))
            result.scrapes.append(nil)
            return result
        }
        let view = DeploymentView(deployment)
        result.isDown = view.observedGeneration >= view.generation && view.availableReplicas == 0 && view.replicas > 0
        let port = try PortResolver(environment: context.environment).podPort(deployment)
        for (pod, text) in try await scrape(pods, port: port) {
            guard let text else {
                result.scrapes.append(nil)
                continue
            }
            let isNew = zip2(pod.object.creationTimestamp, releaseBegan).map { $0 >= $1 } ?? false
            var counter = counters[pod.uid] ?? PodRequestCounter(metric: rule.metric, startedByThisRelease: isNew)
            switch counter.scrape(text, restarts: pod.restartCount) {
            case .counted(let count): result.scrapes.append(count)
            case .metricMissing, .labelMissing:
                result.scrapes.append(nil)
                if !warned {
                    warned = true
                    context.reporter.report(
                        .warning(
                            "Pod \(pod.name) does not serve \(rule.metric.name) with the label \(rule.metric.statusLabel)."
                        )
                    )
                }
            }
            counters[pod.uid] = counter
        }
        return result
    }

    /// The metrics of each pod; nil where a pod gave none.
    private func scrape(_ pods: [PodView], port: Int) async throws -> [(PodView, String?)] {
        try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for (index, pod) in pods.enumerated() {
                group.addTask { [cluster = context.cluster, namespace = context.environment.namespace] in
                    let limit = min(10, max(1, rule.interval))
                    let request = ProxyRequest(rule.metric.path, timeout: .seconds(limit))
                    do {
                        let answer = try await cluster.send(
                            request,
                            to: .pod(pod.name, port: port),
                            namespace: namespace
                        )
                        return (index, answer.status == 200 ? answer.text : nil)
                    } catch let error as CancellationError {
                        throw error
                    } catch {
                        try Task.checkCancellation()
                        return (index, nil)
                    }
                }
            }
            var texts: [Int: String?] = [:]
            for try await (index, text) in group { texts[index] = text }
            return pods.enumerated().map { ($0.element, texts[$0.offset] ?? nil) }
        }
    }
}

/// Both values, or none.
private func zip2<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
    if let first, let second { (first, second) } else { nil }
}
