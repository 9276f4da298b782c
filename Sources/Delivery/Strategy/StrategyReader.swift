import Core
import Foundation

/// Reads `strategy`: a name alone, or a mapping of one name to its settings.
struct StrategyReader {
    private static let names = ["rolling", "blue-green", "canary"]

    let diagnostics: DiagnosticList

    func read(_ node: YAMLNode?) -> Strategy {
        guard let node else { return .rolling }
        if let scalar = node.scalar { return named(scalar.text, at: node.location) }
        let reader = SettingsReader(node, name: "strategy", allowed: Set(Self.names), diagnostics: diagnostics)
        guard let entries = node.mapping else { return .rolling }
        let known = entries.filter { Self.names.contains($0.key) }
        guard known.count == 1, let entry = known.first else {
            if known.count > 1 || entries.isEmpty {
                diagnostics.add(
                    "invalid-value",
                    "strategy must name one of \(Self.names.joined(separator: ", "))",
                    at: node.location
                )
            }
            return .rolling
        }
        switch entry.key {
        case "blue-green": return .blueGreen(blueGreen(reader.node(entry.key) ?? node))
        case "canary": return .canary(canary(reader.node(entry.key) ?? node))
        default:
            diagnostics.add(
                "invalid-value",
                "rolling has no settings here: the Deployment's own strategy holds them",
                at: entry.keyLocation,
                help: "Write strategy: rolling."
            )
            return .rolling
        }
    }

    private func named(_ text: String, at location: SourceLocation) -> Strategy {
        switch text {
        case "rolling": return .rolling
        case "blue-green": return .blueGreen(BlueGreenRule())
        case "canary":
            diagnostics.add(
                "missing-key",
                "strategy: canary needs its steps",
                at: location,
                help: "Such as strategy: {canary: {steps: [{share: 10%, watch: 2m}, {share: 50%, watch: 2m}]}}."
            )
        default:
            diagnostics.add(
                "invalid-value",
                "strategy must be one of \(Self.names.joined(separator: ", ")), not \"\(text)\"",
                at: location,
                help: Suggestion.nearest(to: text, in: Self.names).map { "Did you mean \"\($0)\"?" }
            )
        }
        return .rolling
    }

    private func blueGreen(_ node: YAMLNode) -> BlueGreenRule {
        let reader = SettingsReader(
            node,
            name: "strategy.blue-green",
            allowed: ["keep-old"],
            diagnostics: diagnostics
        )
        return reader.duration("keep-old").map(BlueGreenRule.init) ?? BlueGreenRule()
    }

    private func canary(_ node: YAMLNode) -> CanaryRule {
        let reader = SettingsReader(node, name: "strategy.canary", allowed: ["steps"], diagnostics: diagnostics)
        let nodes = reader.list("steps") ?? []
        if nodes.isEmpty {
            diagnostics.add("missing-key", "strategy.canary needs at least one of \"steps\"", at: node.location)
        }
        let steps = nodes.compactMap(step)
        for (before, after) in zip(steps, steps.dropFirst()) where after.size.isLess(than: before.size) {
            diagnostics.add(
                "invalid-value",
                "The steps of a canary must not shrink: \(after.text) follows \(before.text)",
                at: node.location
            )
        }
        return CanaryRule(steps: steps)
    }

    private func step(_ node: YAMLNode) -> CanaryStep? {
        let reader = SettingsReader(
            node,
            name: "strategy.canary.steps",
            allowed: ["share", "replicas", "watch", "pause", "approval"],
            diagnostics: diagnostics
        )
        guard node.mapping != nil, let size = size(reader, node) else { return nil }
        var step = CanaryStep(size)
        step.watch = reader.duration("watch", atLeast: 1)
        step.pause = reader.duration("pause") ?? 0
        if let approval = reader.text("approval") {
            if !["required", "none"].contains(approval.text) {
                diagnostics.add(
                    "invalid-value",
                    "approval of a step must be \"required\" or \"none\", not \"\(approval.text)\"",
                    at: approval.location
                )
            }
            step.needsApproval = approval.text == "required"
        }
        return step
    }

    private func size(_ reader: SettingsReader, _ node: YAMLNode) -> CanaryStep.Size? {
        if reader.has("share") == reader.has("replicas") {
            diagnostics.add("missing-key", "A canary's step needs either \"share\" or \"replicas\"", at: node.location)
            return nil
        }
        if let count = reader.int("replicas", in: 1...10_000) { return .replicas(count) }
        guard let share = reader.share("share") else { return nil }
        guard share <= 0.5 else {
            diagnostics.add(
                "invalid-value",
                "By pods a canary takes at most half of the traffic, because the old pods stay until it is found good",
                at: reader.node("share")?.location ?? node.location,
                help: "After the last step all pods become new."
            )
            return nil
        }
        return .share(share)
    }
}
