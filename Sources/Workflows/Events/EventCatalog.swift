/// The events that can start a workflow, with their activity types and filters.
///
/// Source: GitHub's workflow schema and "Events that trigger workflows".
package struct EventCatalog: Sendable {
    package struct Event: Sendable {
        package let name: String
        /// Activity types that `types` may name; empty where the event has none.
        package let types: [String]
        /// The types that start a workflow which names none; nil: all of them.
        package let defaultTypes: [String]?
        let filters: Set<Filter>
    }

    enum Filter: String, Sendable {
        case branches, tags, paths, workflows, names, versions, freeTypes
    }

    package static let all: [String: Event] = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0) })

    private static let pullRequestTypes = [
        "assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened", "synchronize",
        "converted_to_draft", "locked", "unlocked", "enqueued", "dequeued", "milestoned", "demilestoned",
        "ready_for_review", "review_requested", "review_request_removed", "auto_merge_enabled", "auto_merge_disabled",
    ]
    private static let pullRequestDefaults = ["opened", "synchronize", "reopened"]

    private static let list: [Event] = [
        event("branch_protection_rule", ["created", "edited", "deleted"]),
        event("check_run", ["created", "rerequested", "completed", "requested_action"]),
        event("check_suite", ["completed"]),
        event("create"),
        event("delete"),
        event("deployment"),
        event("deployment_status"),
        event(
            "discussion",
            [
                "created", "edited", "deleted", "transferred", "pinned", "unpinned", "labeled", "unlabeled", "locked",
                "unlocked", "category_changed", "answered", "unanswered",
            ]
        ),
        event("discussion_comment", ["created", "edited", "deleted"]),
        event("fork"),
        event("gollum"),
        event("image_version", ["created", "ready", "deleted"], filters: [.names, .versions]),
        event("issue_comment", ["created", "edited", "deleted"]),
        event(
            "issues",
            [
                "opened", "edited", "deleted", "transferred", "pinned", "unpinned", "closed", "reopened", "assigned",
                "unassigned", "labeled", "unlabeled", "locked", "unlocked", "milestoned", "demilestoned", "typed",
                "untyped",
            ]
        ),
        event("label", ["created", "edited", "deleted"]),
        event("merge_group", ["checks_requested", "destroyed"], filters: [.branches]),
        event("milestone", ["created", "closed", "opened", "edited", "deleted"]),
        event("page_build"),
        event("project", ["created", "closed", "reopened", "edited", "deleted"]),
        event("project_card", ["created", "moved", "converted", "edited", "deleted"]),
        event("project_column", ["created", "updated", "moved", "deleted"]),
        event("public"),
        event("pull_request", pullRequestTypes, defaults: pullRequestDefaults, filters: [.branches, .paths]),
        event("pull_request_comment", ["created", "edited", "deleted"]),
        event("pull_request_review", ["submitted", "edited", "dismissed"]),
        event("pull_request_review_comment", ["created", "edited", "deleted"]),
        event("pull_request_target", pullRequestTypes, defaults: pullRequestDefaults, filters: [.branches, .paths]),
        event("push", filters: [.branches, .tags, .paths]),
        event("registry_package", ["published", "updated"]),
        event(
            "release",
            ["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"]
        ),
        event("repository_dispatch", filters: [.freeTypes]),
        event("schedule"),
        event("status"),
        event("watch", ["started"]),
        event("workflow_call"),
        event("workflow_dispatch"),
        event("workflow_run", ["requested", "completed", "in_progress"], filters: [.workflows, .branches]),
    ]

    private static func event(
        _ name: String,
        _ types: [String] = [],
        defaults: [String]? = nil,
        filters: Set<Filter> = []
    ) -> Event {
        Event(name: name, types: types, defaultTypes: defaults, filters: filters)
    }
}
