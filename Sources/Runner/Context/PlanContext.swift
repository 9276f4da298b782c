import Workflows

/// The part of the `github` context that is known before a run has a number.
struct PlanContext {
    let event: RunEvent
    let identity: RepositoryIdentity
    let actor: String
    let workflow: String

    var github: [(String, ExpressionValue)] {
        let pull = event.payload["pull_request"]
        let isPullRequest = event.name.hasPrefix("pull_request")
        let isDotCom = identity.server == "https://github.com"
        return [
            ("ref", .string(event.ref)), ("sha", .string(event.sha)), ("repository", .string(identity.fullName)),
            ("repository_owner", .string(identity.owner)), ("repository_owner_id", .string("0")),
            ("repositoryUrl", .string("git://\(identity.server.dropFirst(8))/\(identity.fullName).git")),
            ("repository_id", .string("0")), ("repository_visibility", .string("private")),
            ("retention_days", .string("90")), ("artifact_cache_size_limit", .string("10")),
            ("actor", .string(actor)), ("actor_id", .string("0")), ("triggering_actor", .string(actor)),
            ("workflow", .string(workflow)),
            ("head_ref", .string(isPullRequest ? pull["head"]["ref"].text : "")),
            ("base_ref", .string(isPullRequest ? pull["base"]["ref"].text : "")),
            ("event_name", .string(event.name)), ("event", event.payload),
            ("server_url", .string(identity.server)),
            ("api_url", .string(isDotCom ? "https://api.github.com" : "\(identity.server)/api/v3")),
            ("graphql_url", .string(isDotCom ? "https://api.github.com/graphql" : "\(identity.server)/api/graphql")),
            ("ref_name", .string(event.refName)), ("ref_protected", .bool(false)),
            ("ref_type", .string(event.refKind?.rawValue ?? "")), ("secret_source", .string("Actions")),
        ]
    }
}
