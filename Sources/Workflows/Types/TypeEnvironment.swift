/// The types of the contexts where an expression stands.
struct TypeEnvironment {
    private var contexts: [String: ExpressionType]
    /// The jobs that `success('id')` may name; nil where it takes none.
    var ancestors: [String]?

    init(_ contexts: [String: ExpressionType] = [:]) {
        self.contexts = ContextTypes.everywhere.merging(contexts) { _, given in given }
    }

    subscript(_ name: String) -> ExpressionType {
        get { contexts[name.lowercased()] ?? .any }
        set { contexts[name.lowercased()] = newValue }
    }
}

/// The contexts that look the same in every file.
///
/// Source: "Contexts reference" of GitHub's documentation.
enum ContextTypes {
    static let everywhere: [String: ExpressionType] = [
        "github": .object(github), "runner": .object(runner), "job": .object(job), "strategy": .object(strategy),
        "env": strings("\"env\""), "vars": strings("\"vars\""), "secrets": strings("\"secrets\""),
    ]

    static func strings(_ title: String) -> ExpressionType { .object(ObjectType(title, rest: .string)) }

    private static let github = ObjectType(
        "the \"github\" context",
        [
            "action", "action_path", "action_ref", "action_repository", "action_status", "actor", "actor_id", "api_url",
            "artifact_cache_size_limit", "base_ref", "env", "event_name", "event_path", "graphql_url", "head_ref",
            "job", "output", "path", "ref", "ref_name", "ref_type", "repository", "repository_id",
            "repository_owner", "repository_owner_id", "repository_visibility", "repositoryUrl", "retention_days",
            "run_attempt", "run_id", "run_number", "secret_source", "server_url", "sha", "state", "step_summary",
            "token", "triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace",
        ].map { ($0, .string) } + [("event", .any), ("ref_protected", .boolean)]
    )

    private static let runner = ObjectType(
        "the \"runner\" context",
        ["name", "os", "arch", "temp", "tool_cache", "debug", "environment", "workspace"].map { ($0, .string) }
    )

    private static let container = ObjectType(
        "a container",
        [("id", .string), ("network", .string), ("ports", strings("the ports of a container"))]
    )

    private static let job = ObjectType(
        "the \"job\" context",
        [
            ("status", .string), ("check_run_id", .number), ("container", .object(container)),
            ("services", .object(ObjectType("the services", rest: .object(container)))),
            ("workflow_ref", .string), ("workflow_sha", .string), ("workflow_repository", .string),
            ("workflow_file_path", .string),
        ]
    )

    private static let strategy = ObjectType(
        "the \"strategy\" context",
        [("fail-fast", .boolean), ("job-index", .number), ("job-total", .number), ("max-parallel", .number)]
    )
}
