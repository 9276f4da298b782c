import Core
import Foundation
import Kubernetes

/// Proves before a release that its watch will have something to watch: asked of the pods that run now.
struct MetricCheck {
    let context: ReleaseContext
    let rule: WatchRule

    /// - Throws: `SlipwayError` (`.external`) where a healthy Deployment does not serve the metric.
    func check(_ health: DeploymentHealth) async throws {
        try await checkQueries()
        guard let deployment = health.deployment, health.isHealthy else {
            context.reporter.report(
                .note("The metric \(rule.metric.name) is looked for once new pods run: there is no healthy one now.")
            )
            return
        }
        let pods = try await PodFinder(context: context).pods(of: deployment)
        guard let pod = pods.first else { return }
        let port = try PortResolver(environment: context.environment).podPort(deployment)
        let request = ProxyRequest(rule.metric.path, timeout: .seconds(5))
        let answer: ProxyAnswer
        do {
            answer = try await context.cluster.send(
                request,
                to: .pod(pod.name, port: port),
                namespace: context.environment.namespace
            )
        } catch let error as KubernetesStatusError {
            throw missing("pod \(pod.name) gave no answer for \(rule.metric.path): \(error.message)")
        }
        guard answer.status == 200 else {
            throw missing("pod \(pod.name) answered \(answer.status) for \(rule.metric.path)")
        }
        var counter = PodRequestCounter(metric: rule.metric, startedByThisRelease: true)
        switch counter.scrape(answer.text, restarts: 0) {
        case .counted: try checkLatency(answer.text, pod: pod.name)
        case .metricMissing: throw missing("pod \(pod.name) serves no metric of that name")
        case .labelMissing:
            throw missing("its samples have no label \"\(rule.metric.statusLabel)\" that tells errors from successes")
        }
    }

    /// That Prometheus can be reached and understands the expressions; whether they have values yet is for later.
    private func checkQueries() async throws {
        guard let settings = rule.prometheus else { return }
        let look = QueryLook(source: try context.metricSource(settings), namespace: context.environment.namespace)
        for query in rule.queries ?? [] {
            _ = try await look.source.values(of: look.expression(query.query, pods: [], old: []))
        }
    }

    private func checkLatency(_ text: String, pod: String) throws {
        guard let latency = rule.latency else { return }
        let family = PrometheusText.family(latency.metric + "_bucket", in: text).family
        // A histogram that nobody has used yet is declared without samples.
        if family.samples.isEmpty, PrometheusText.family(latency.metric, in: text).family.declared { return }
        let bounds = family.samples.compactMap { $0.labels["le"].flatMap(Double.init) }.filter(\.isFinite)
        guard let highest = bounds.max() else { throw missing("pod \(pod) serves no histogram \(latency.metric)") }
        guard highest >= latency.limit else {
            throw missing("the bounds of \(latency.metric) end at \(highest) s, below the limit of \(latency.limit) s")
        }
    }

    private func missing(_ why: String) -> SlipwayError {
        SlipwayError(
            .external,
            "The release could not be watched: \(rule.metric.name) is not there",
            why: why,
            next: "Correct watch.metrics in slipway.yml, or release without a watch: --watch 0. Nothing was changed."
        )
    }
}
