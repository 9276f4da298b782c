/// Decides whether an event starts a workflow.
package enum EventFilter {
    /// The answer, with everything that was looked at.
    package struct Decision: Sendable {
        package let runs: Bool
        /// The event of `on` that was asked; nil where the workflow does not name the event.
        package let trigger: Trigger?
        /// One sentence for each filter, the last of them the one that decided.
        package let reasons: [String]
    }

    /// Asks the event's filters in GitHub's order.
    ///
    /// `changedFiles` gives the files that the push or pull request changed, and is called only if a filter needs them;
    /// nil, where that cannot be known, lets the workflow run.
    package static func decide(
        _ workflow: Workflow,
        for event: RunEvent,
        changedFiles: () throws -> [String]?
    ) rethrows -> Decision {
        guard let trigger = workflow.trigger(event.name) else {
            let events = workflow.triggers.map(\.event).joined(separator: ", ")
            return Decision(runs: false, trigger: nil, reasons: ["on: \(events) does not name \(event.name)"])
        }
        var reasons: [String] = []
        func decision(_ runs: Bool) -> Decision {
            Decision(runs: runs, trigger: trigger, reasons: reasons.isEmpty ? ["on.\(event.name)"] : reasons)
        }
        if let skip = skipReason(event) {
            reasons.append(skip)
            return decision(false)
        }
        for check in [activityType, workflowNames, schedule, branchOrTag] {
            guard let (passes, reason) = check(trigger, event) else { continue }
            reasons.append(reason)
            if !passes { return decision(false) }
        }
        if let paths = trigger.paths, event.refKind != .tag {
            guard let files = try changedFiles() else {
                reasons.append("paths: the changed files are not known, so the filter is not applied")
                return decision(true)
            }
            let passes = paths.allows(anyOf: files)
            reasons.append(
                "\(paths.key("paths")): \(files.count) changed files, \(passes ? "one" : "none") of them counts"
            )
            return decision(passes)
        }
        return decision(true)
    }

    private typealias Answer = (passes: Bool, reason: String)

    private static let skipMarks = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"]

    /// GitHub starts nothing for a pushed commit that asks for it.
    private static func skipReason(_ event: RunEvent) -> String? {
        guard ["push", "pull_request"].contains(event.name) else { return nil }
        let pushed = event.payload["head_commit"]["message"].text
        let message = event.name == "push" && !pushed.isEmpty ? pushed : event.headMessage ?? ""
        if message.contains(/\n\n+skip-checks: ?true\s*$/) { return "the commit message ends with skip-checks: true" }
        guard let mark = skipMarks.first(where: { message.contains($0) }) else { return nil }
        return "the commit message says \(mark)"
    }

    private static func activityType(_ trigger: Trigger, _ event: RunEvent) -> Answer? {
        guard let action = event.action else { return nil }
        if let types = trigger.types {
            let list = types.map(\.value).joined(separator: ", ")
            return (types.contains { $0.value == action }, "types [\(list)]: the activity is \(action)")
        }
        guard let defaults = EventCatalog.all[trigger.event]?.defaultTypes else { return nil }
        return (
            defaults.contains(action),
            "types by default [\(defaults.joined(separator: ", "))]: the activity is \(action)"
        )
    }

    private static func workflowNames(_ trigger: Trigger, _ event: RunEvent) -> Answer? {
        guard let workflows = trigger.workflows else { return nil }
        let name = event.payload["workflow_run"]["name"].text
        if name.isEmpty { return nil }
        return (workflows.contains { $0.value == name }, "workflows: \"\(name)\" ran")
    }

    private static func schedule(_ trigger: Trigger, _ event: RunEvent) -> Answer? {
        let cron = event.payload["schedule"].text
        guard event.name == "schedule", !cron.isEmpty else { return nil }
        return (trigger.schedules.contains { $0.cron.value == cron }, "schedule: \"\(cron)\"")
    }

    /// With only `tags` a branch does not count, and the other way round; with neither, both do.
    private static func branchOrTag(_ trigger: Trigger, _ event: RunEvent) -> Answer? {
        if event.refKind == .tag, event.name == "push" {
            if let tags = trigger.tags {
                return (tags.allows(event.refName), "\(tags.key("tags")): the tag is \(event.refName)")
            }
            return trigger.branches == nil ? nil : (false, "only branches are named, and this is a tag")
        }
        if let branches = trigger.branches {
            let name = event.filteredBranch
            return (branches.allows(name), "\(branches.key("branches")): the branch is \(name)")
        }
        return trigger.tags == nil ? nil : (false, "only tags are named, and this is a branch")
    }
}

extension PatternFilter {
    /// The filter as the file spells it: `branches-ignore [a, b]`.
    fileprivate func key(_ name: String) -> String {
        "\(name)\(mode == .ignore ? "-ignore" : "") [\(patterns.map(\.value).joined(separator: ", "))]"
    }
}
