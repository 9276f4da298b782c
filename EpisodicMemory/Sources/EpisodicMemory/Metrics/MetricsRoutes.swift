import Hummingbird

/// `GET /metrics` for Prometheus.
struct MetricsRoutes {
    let http: HTTPMetrics
    let process: ProcessMetrics
    let lifecycle: Lifecycle
    let service: StoreHolder
    let version: String

    func add(to routes: inout Routes) {
        routes.on(.get, "/metrics", .open) { _, _ in
            var text = PrometheusText()
            http.write(to: &text)
            text.family("episodic_memory_ready", .gauge, "1 while the process takes requests, else 0.")
            text.sample("episodic_memory_ready", lifecycle.phase == .ready ? 1 : 0)
            text.family("episodic_memory_build_info", .gauge, "Always 1; the label names the version.")
            text.sample("episodic_memory_build_info", [("version", version)], 1)
            if let count = try? service.store().vectorCount {
                text.family(
                    "episodic_memory_vectors",
                    .gauge,
                    "Episodes that can be found, as of the last change seen."
                )
                text.sample("episodic_memory_vectors", count)
            }
            process.write(to: &text)
            return .text(text.text, type: PrometheusText.contentType)
        }
    }
}
