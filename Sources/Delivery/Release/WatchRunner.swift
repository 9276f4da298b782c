import Core
import Foundation
import Kubernetes

/// Looks at the new pods through the API again and again, and feeds the watch.
struct WatchRunner {
    let context: ReleaseContext
    let rule: WatchRule
    /// The Deployment whose new pods are watched.
    let deployment: String
    /// The one with the old version, where it serves at the same time.
    let old: String?
    /// By the cluster's clock: pods made since then started with this release, and their counters at zero.
    let releaseBegan: Date?
    /// What the steps before found.
    var earlier: WatchFigures?

    func run() async throws -> (WatchDecision, WatchFigures) {
        var watch = ErrorRateWatch(rule: rule, hasOld: old != nil, earlier: earlier)
        var new = PodCounters(rule: rule, releaseBegan: releaseBegan)
        var former = PodCounters(rule: rule, releaseBegan: nil)
        let queries = try rule.prometheus.map {
            QueryLook(source: try context.metricSource($0), namespace: context.environment.namespace)
        }
        var warned = false
        let start = context.clock.seconds()
        while true {
            let isUp = try await look(&watch, &new, &former, queries, since: start)
            if !isUp { return (.rollBack("no pod of the new revision is available any more"), watch.figures) }
            if let missing = new.missing, !warned {
                warned = true
                context.reporter.report(.warning(missing))
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

    /// One look at everything; false where no new pod is available any more.
    private func look(
        _ watch: inout ErrorRateWatch,
        _ new: inout PodCounters,
        _ former: inout PodCounters,
        _ queries: QueryLook?,
        since start: TimeInterval
    ) async throws -> Bool {
        do {
            let (isUp, pods) = try await find(deployment)
            let oldPods = if let old { try await find(old).pods } else { [PodView]() }
            let seen = new.take(try await scrape(pods))
            let seenOld = former.take(try await scrape(oldPods))
            for count in seen.requests { watch.add(count) }
            for count in seen.latency { watch.add(count) }
            if old != nil { watch.compare(new: seen.total, old: seenOld.total) }
            watch.note(restarts: new.restarts)
            if let queries, let rules = rule.queries {
                let values = try await queries.values(of: rules, pods: pods.map(\.name), old: oldPods.map(\.name))
                watch.note(queries: values, at: context.clock.seconds() - start)
            }
            return isUp
        } catch let error as KubernetesStatusError {
            // An API server that fails for a moment is no evidence about the new version.
            context.reporter.report(.warning("This look failed: \(error.message)"))
            watch.add(nil)
            return true
        }
    }

    private func find(_ name: String) async throws -> (isUp: Bool, pods: [PodView]) {
        let namespace = context.environment.namespace
        guard let object = try await context.cluster.get(.deployment, namespace: namespace, name: name) else {
            throw ReleaseFailure(reason: "Deleted", message: "the Deployment \(name) is gone")
        }
        let view = DeploymentView(object)
        let isDown = view.observedGeneration >= view.generation && view.availableReplicas == 0 && view.replicas > 0
        return (!isDown, try await PodFinder(context: context).pods(of: object))
    }

    /// The metrics of each pod; nil where a pod gave none.
    private func scrape(_ pods: [PodView]) async throws -> [(PodView, String?)] {
        try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for (index, pod) in pods.enumerated() {
                let port = try PortResolver(environment: context.environment).podPort(of: pod)
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

/// The counters of some pods, from look to look.
private struct PodCounters {
    struct Seen {
        var requests: [RequestCount?] = []
        var latency: [PodLatencyCounter.Count] = []

        var total: RequestCount { requests.compactMap { $0 }.reduce(into: RequestCount()) { $0 += $1 } }
    }

    let rule: WatchRule
    let releaseBegan: Date?
    private var counters: [String: PodRequestCounter] = [:]
    private var latencies: [String: PodLatencyCounter] = [:]
    private var restartsBefore: [String: Int] = [:]
    private var restartsNow: [String: Int] = [:]
    /// What a pod does not serve, for a warning.
    private(set) var missing: String?

    init(rule: WatchRule, releaseBegan: Date?) {
        self.rule = rule
        self.releaseBegan = releaseBegan
    }

    /// Restarts in all since the release began, of pods that are gone too.
    var restarts: Int { restartsNow.reduce(0) { $0 + $1.value - restartsBefore[$1.key, default: 0] } }

    mutating func take(_ scrapes: [(PodView, String?)]) -> Seen {
        var seen = Seen()
        for (pod, text) in scrapes {
            let isNew = pod.object.creationTimestamp.flatMap { made in releaseBegan.map { made >= $0 } } ?? false
            if restartsBefore[pod.uid] == nil { restartsBefore[pod.uid] = isNew ? 0 : pod.restartCount }
            restartsNow[pod.uid] = pod.restartCount
            guard let text else {
                seen.requests.append(nil)
                continue
            }
            var counter = counters[pod.uid] ?? PodRequestCounter(metric: rule.metric, startedByThisRelease: isNew)
            switch counter.scrape(text, restarts: pod.restartCount) {
            case .counted(let count): seen.requests.append(count)
            case .metricMissing, .labelMissing:
                seen.requests.append(nil)
                missing =
                    "Pod \(pod.name) does not serve \(rule.metric.name) with the label \(rule.metric.statusLabel)."
            }
            counters[pod.uid] = counter
            guard let rule = rule.latency else { continue }
            var latency =
                latencies[pod.uid]
                ?? PodLatencyCounter(rule: rule, metric: self.rule.metric, startedByThisRelease: isNew)
            if let count = latency.scrape(text, restarts: pod.restartCount) { seen.latency.append(count) }
            latencies[pod.uid] = latency
        }
        return seen
    }
}
