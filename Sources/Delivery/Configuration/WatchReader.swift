import Core
import Foundation

/// Reads `watch`: what is looked at after a rollout, and what decides.
struct WatchReader {
    let sections: SectionReader
    let diagnostics: DiagnosticList

    /// `watch: off` turns the shared watch off.
    func read() -> WatchRule? {
        if let scalar = sections.reader.node("watch")?.scalar, scalar.text == "off" || scalar.value == .bool(false) {
            return nil
        }
        guard
            let section = sections.section(
                "watch",
                allowed: [
                    "window", "max-error-rate", "interval", "metrics", "min-requests", "too-little-traffic", "no-data",
                    "sequential", "compare", "latency", "max-restarts", "prometheus", "queries",
                ]
            )
        else { return nil }
        var rule = WatchRule()
        if let window = section.duration("window", atLeast: 1) { rule.window = window }
        if let share = section.share("max-error-rate") { rule.maxErrorRate = share }
        if let interval = section.duration("interval", atLeast: 1) { rule.interval = interval }
        if let count = section.int("min-requests", in: 1...1_000_000_000) { rule.minRequests = count }
        if let policy: WatchRule.Policy = section.choice("too-little-traffic") { rule.tooLittleTraffic = policy }
        if let policy: WatchRule.Policy = section.choice("no-data") { rule.noData = policy }
        if let node = section.node("metrics") { rule.metric = metric(node) }
        if let node = section.node("sequential") { sequential(node, into: &rule) }
        if let node = section.node("compare") { rule.comparison = comparison(node) }
        rule.latency = section.node("latency").flatMap(latency)
        rule.maxRestarts = section.int("max-restarts", in: 0...1_000_000)
        rule.prometheus = section.node("prometheus").flatMap(prometheus)
        rule.queries = section.list("queries")?.compactMap(query)
        if rule.queries != nil, rule.prometheus == nil {
            diagnostics.add(
                "missing-key",
                "watch.queries needs watch.prometheus: the server that is asked",
                at: section.node("queries")?.location ?? section.location
            )
        }
        if rule.interval > rule.window {
            diagnostics.add(
                "invalid-value",
                "watch.interval (\(DurationText.format(rule.interval))) is longer than watch.window "
                    + "(\(DurationText.format(rule.window)))",
                at: section.node("interval")?.location ?? section.location
            )
        }
        return rule
    }

    private func metric(_ node: YAMLNode) -> RequestMetric {
        let reader = SettingsReader(
            node,
            name: "watch.metrics",
            allowed: ["path", "requests", "status-label", "path-label", "errors", "exclude-paths"],
            diagnostics: diagnostics
        )
        var metric = RequestMetric()
        if let path = reader.text("path") {
            CheckReader(diagnostics: diagnostics).checkPath(path, name: "watch.metrics.path")
            metric.path = path.text
        }
        if let name = reader.text("requests") { metric.name = name.text }
        if let label = reader.text("status-label") { metric.statusLabel = label.text }
        if let label = reader.text("path-label") { metric.pathLabel = label.text }
        if let errors = reader.texts("errors") { metric.errors = errors.map(\.text) }
        if let paths = reader.texts("exclude-paths") { metric.excludedPaths = paths.map(\.text) }
        return metric
    }

    private func sequential(_ node: YAMLNode, into rule: inout WatchRule) {
        if let scalar = node.scalar, scalar.text == "off" || scalar.value == .bool(false) {
            rule.earlyRollBack = false
            rule.earlyPromotion = false
            return
        }
        let reader = SettingsReader(
            node,
            name: "watch.sequential",
            allowed: ["roll-back", "promote", "false-alarm"],
            diagnostics: diagnostics
        )
        rule.earlyRollBack = reader.bool("roll-back") ?? true
        rule.earlyPromotion = reader.bool("promote") ?? true
        if let alpha = reader.share("false-alarm") { rule.falseAlarm = alpha }
    }

    private func isOff(_ node: YAMLNode) -> Bool {
        node.scalar.map { $0.text == "off" || $0.value == .bool(false) } ?? false
    }

    private func comparison(_ node: YAMLNode) -> ComparisonRule? {
        if isOff(node) { return nil }
        let reader = SettingsReader(node, name: "watch.compare", allowed: ["tolerance"], diagnostics: diagnostics)
        return ComparisonRule(tolerance: reader.number("tolerance", in: 1...100) ?? 1.25)
    }

    private func latency(_ node: YAMLNode) -> LatencyRule? {
        if isOff(node) { return nil }
        let reader = SettingsReader(
            node,
            name: "watch.latency",
            allowed: ["metric", "quantile", "max"],
            diagnostics: diagnostics
        )
        guard node.mapping != nil else { return nil }
        guard reader.required("max", why: "the longest that the quantile may take, such as 500ms") != nil else {
            return nil
        }
        guard let limit = reader.duration("max", atLeast: 0.001) else { return nil }
        var rule = LatencyRule(quantile: reader.share("quantile") ?? 0.99, limit: limit)
        if let metric = reader.text("metric") { rule.metric = metric.text }
        return rule
    }

    private func prometheus(_ node: YAMLNode) -> PrometheusSettings? {
        let reader = SettingsReader(
            node,
            name: "watch.prometheus",
            allowed: ["url", "token-env"],
            diagnostics: diagnostics
        )
        guard node.mapping != nil, let url = reader.required("url", why: "where Prometheus answers") else { return nil }
        guard let parsed = URL(string: url.text), ["http", "https"].contains(parsed.scheme), parsed.host != nil else {
            diagnostics.add("invalid-value", "\"\(url.text)\" is no http(s) address", at: url.location)
            return nil
        }
        return PrometheusSettings(url: url.text, tokenVariable: reader.text("token-env")?.text)
    }

    private func query(_ node: YAMLNode) -> QueryRule? {
        let reader = SettingsReader(
            node,
            name: "watch.queries",
            allowed: ["name", "query", "above", "below", "for"],
            diagnostics: diagnostics
        )
        guard node.mapping != nil, let query = reader.required("query", why: "a PromQL expression") else { return nil }
        guard reader.has("above") != reader.has("below") else {
            diagnostics.add(
                "missing-key",
                "A query needs either \"above\" or \"below\": where it is bad",
                at: node.location
            )
            return nil
        }
        let range = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
        guard let limit = reader.number("above", in: range) ?? reader.number("below", in: range) else { return nil }
        return QueryRule(
            name: reader.text("name")?.text ?? query.text,
            query: query.text,
            bound: reader.has("above") ? .above : .below,
            limit: limit,
            span: reader.duration("for") ?? 0
        )
    }
}
