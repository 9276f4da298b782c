import Core
import Foundation

/// Reads the sections of an environment. `rollout` and `watch` are laid key by key over the shared ones; the lists of
/// `verify` replace them.
struct SectionReader {
    let reader: SettingsReader
    let shared: YAMLNode
    let diagnostics: DiagnosticList

    /// The section's own keys over the shared ones; nil where neither is there.
    func section(_ key: String, allowed: Set<String>) -> SettingsReader? {
        guard let node = reader.node(key) else { return nil }
        let below = shared[key]
        return SettingsReader(
            node,
            over: below == node ? nil : below,
            name: key,
            allowed: allowed,
            diagnostics: diagnostics
        )
    }

    func rollout() -> RolloutSettings {
        var settings = RolloutSettings()
        guard
            let section = section(
                "rollout",
                allowed: ["timeout", "ready-within", "autoscaled-nodes", "unhealthy-before"]
            )
        else { return settings }
        if let timeout = section.duration("timeout", atLeast: 1) { settings.timeout = timeout }
        settings.readyWithin = section.duration("ready-within", atLeast: 1)
        settings.autoscaledNodes = section.bool("autoscaled-nodes") ?? false
        settings.unhealthyBefore = section.choice("unhealthy-before") ?? .proceed
        return settings
    }

    func verification() -> VerificationSettings {
        guard let section = section("verify", allowed: ["pods", "service"]) else { return VerificationSettings() }
        let checks = CheckReader(diagnostics: diagnostics)
        return VerificationSettings(
            pods: (section.list("pods") ?? []).compactMap { checks.read($0, name: "verify.pods") },
            service: (section.list("service") ?? []).compactMap { checks.read($0, name: "verify.service") }
        )
    }

    func promotion() -> PromotionRule? {
        guard let section = section("promotion", allowed: ["from", "exceptions"]) else { return nil }
        let from = section.required("from", why: "the environment that must have verified the image")
        let exceptions = (section.list("exceptions") ?? []).compactMap(exception)
        return from.map { PromotionRule(from: $0.text, exceptions: exceptions) }
    }

    private func exception(_ node: YAMLNode) -> PromotionException? {
        let reader = SettingsReader(
            node,
            name: "promotion.exceptions",
            allowed: ["tree", "digest", "reason", "until"],
            diagnostics: diagnostics
        )
        guard node.mapping != nil else { return nil }
        let reason = reader.required("reason", why: "why this may skip the earlier environment")
        let until = reader.required("until", why: "the last day this holds, such as 2027-01-31")
        guard let subject = reader.text("tree") ?? reader.text("digest") else {
            diagnostics.add("missing-key", "promotion.exceptions needs \"tree\" or \"digest\"", at: node.location)
            return nil
        }
        if subject.text.wholeMatch(of: /(sha256:[0-9a-f]{64})|([0-9a-f]{40})/) == nil {
            diagnostics.add(
                "invalid-value",
                "\"\(subject.text)\" is neither a git tree (40 hexadecimal digits) nor a digest (sha256:…)",
                at: subject.location
            )
            return nil
        }
        guard let reason, let until else { return nil }
        guard let day = try? Date(until.text, strategy: .iso8601.year().month().day()) else {
            diagnostics.add("invalid-value", "\"\(until.text)\" is no date such as 2027-01-31", at: until.location)
            return nil
        }
        // The day itself still counts.
        return PromotionException(subject: subject.text, reason: reason.text, until: day.addingTimeInterval(86_400))
    }

    /// `approval: required` stands for the mapping with nothing else.
    func approval() -> ApprovalRule? {
        guard let node = reader.node("approval") else { return nil }
        if let scalar = node.scalar {
            if scalar.text == "required" { return ApprovalRule(by: [], expires: 86_400) }
            if scalar.text == "none" || scalar.value == .bool(false) { return nil }
            diagnostics.add(
                "invalid-value",
                "approval must be \"required\", \"none\" or a mapping, not \"\(scalar.text)\"",
                at: node.location
            )
            return nil
        }
        guard let section = section("approval", allowed: ["required", "by", "expires"]) else { return nil }
        let by = (section.texts("by") ?? []).map(\.text)
        let expires = section.duration("expires", atLeast: 60) ?? 86_400
        return section.bool("required") ?? true ? ApprovalRule(by: by, expires: expires) : nil
    }

    /// `backup: {}` saves the manifests alone.
    func backup() -> BackupSettings? {
        let allowed: Set<String> = ["run", "restore", "timeout", "directory", "key-env", "keep"]
        guard let section = section("backup", allowed: allowed) else { return nil }
        var settings = BackupSettings()
        settings.run = section.text("run")?.text
        settings.restore = section.text("restore")?.text
        settings.directory = section.text("directory")?.text
        settings.keyVariable = section.text("key-env")?.text
        if let timeout = section.duration("timeout", atLeast: 1) { settings.timeout = timeout }
        if let keep = section.duration("keep", atLeast: 3600) { settings.keep = keep }
        return settings
    }
}
