import Core

/// What a strategy will do with a plan's writes, in order; nothing for a rolling update, which the writes say.
struct StrategyText {
    let plan: ReleasePlan

    init(_ plan: ReleasePlan) { self.plan = plan }

    var lines: [String] {
        let strategy = plan.strategy
        guard let outgoing = strategy.outgoing else { return [] }
        let steps: [String]
        switch strategy.strategy {
        case .rolling: return []
        case .blueGreen(let rule): steps = blueGreen(strategy.candidate, outgoing, rule)
        case .canary(let rule): steps = canary(strategy.candidate, outgoing, rule, strategy.outgoingReplicas ?? 1)
        }
        return ["  strategy \(strategy.strategy.name)"]
            + steps.enumerated().map { "    \($0.offset + 1). \($0.element)" }
    }

    private var late: String {
        plan.changed.filter { $0.stage == .shift }.map(\.reference.description).joined(separator: ", ")
    }

    private func blueGreen(_ candidate: String, _ outgoing: String, _ rule: BlueGreenRule) -> [String] {
        let narrowed = plan.changed.contains { $0.interim != nil }
        return (narrowed ? ["the Service is kept on the pods of \(outgoing)"] : []) + [
            "\(candidate) is rolled out beside \(outgoing), and each of its pods verified without any traffic",
            "all traffic is switched to it at once (\(late)), then verified and watched",
            rule.keepOld > 0
                ? "\(outgoing) is kept for \(DurationText.format(rule.keepOld)), then scaled to 0"
                : "\(outgoing) is scaled to 0",
        ]
    }

    private func canary(_ candidate: String, _ outgoing: String, _ rule: CanaryRule, _ stable: Int) -> [String] {
        let steps = rule.steps.map { step -> String in
            let pods = step.pods(beside: stable)
            var parts = ["\(candidate) gets \(pods) \(pods == 1 ? "pod" : "pods") beside \(stable) (\(step.text))"]
            if let window = step.watch { parts.append("watched for \(DurationText.format(window)) at most") }
            if step.pause > 0 { parts.append("a pause of \(DurationText.format(step.pause))") }
            if step.needsApproval { parts.append("a person's approval") }
            return parts.joined(separator: ", ")
        }
        return steps + ["all pods become new (\(late)), and are verified", "\(candidate) is deleted"]
    }
}
