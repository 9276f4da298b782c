import Core
import Foundation
import Journal
import Workflows

/// All that the jobs of one run have in common.
struct RunContext: Sendable {
    let record: RunRecord
    let event: RunEvent
    let repository: GitRepository
    let identity: RepositoryIdentity
    let originURL: String?
    let source: SourceSnapshot
    let secrets: [String: Secret]
    let variables: [String: String]
    let masker: Masker
    let journal: Journal
    let observer: any RunObserver
    let layout: RunLayout
    let host: HostEnvironment
    let artifacts: ArtifactStore
    let caches: CacheStore
    let slots: JobSlots
    let stop: StopSignal

    /// The refs whose caches this run may read, its own first, as GitHub scopes them.
    var cacheRefs: [String] {
        var refs = [event.ref]
        let base = event.payload["pull_request"]["base"]["ref"].text
        for ref in [base.isEmpty ? "" : "refs/heads/\(base)", "refs/heads/\(identity.defaultBranch)"]
        where !ref.isEmpty && !refs.contains(ref) {
            refs.append(ref)
        }
        return refs
    }

    var secretsContext: ExpressionValue {
        .object(secrets.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.reveal())) })
    }

    var variablesContext: ExpressionValue {
        .object(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// Whether steps show `::debug::` lines: the secret or variable `ACTIONS_STEP_DEBUG`.
    var showsDebug: Bool {
        (secrets["ACTIONS_STEP_DEBUG"]?.reveal() ?? variables["ACTIONS_STEP_DEBUG"])?.lowercased() == "true"
    }

    /// The members of the `github` context that are the same for all jobs.
    func github(workflow: WorkflowIdentity) -> [(String, ExpressionValue)] {
        let isPullRequest = event.name.hasPrefix("pull_request")
        let pull = event.payload["pull_request"]
        return [
            ("token", .string(secrets["GITHUB_TOKEN"]?.reveal() ?? "")),
            ("ref", .string(event.ref)),
            ("sha", .string(event.sha)),
            ("repository", .string(identity.fullName)),
            ("repository_owner", .string(identity.owner)),
            ("repository_owner_id", .string("0")),
            (
                "repositoryUrl",
                .string("git://\(identity.server.replacing("https://", with: ""))/\(identity.fullName).git")
            ),
            ("run_id", .string(record.id)),
            ("run_number", .string(String(record.number))),
            ("retention_days", .string("90")),
            ("run_attempt", .string(String(record.attempt))),
            ("artifact_cache_size_limit", .string("10")),
            ("repository_visibility", .string("private")),
            ("repository_id", .string("0")),
            ("actor_id", .string("0")),
            ("actor", .string(record.actor)),
            ("triggering_actor", .string(record.actor)),
            ("workflow", .string(workflow.name)),
            ("head_ref", .string(isPullRequest ? pull["head"]["ref"].text : "")),
            ("base_ref", .string(isPullRequest ? pull["base"]["ref"].text : "")),
            ("event_name", .string(event.name)),
            ("event", event.payload),
            ("server_url", .string(identity.server)),
            (
                "api_url",
                .string(
                    identity.server == "https://github.com" ? "https://api.github.com" : "\(identity.server)/api/v3"
                )
            ),
            (
                "graphql_url",
                .string(
                    identity.server == "https://github.com"
                        ? "https://api.github.com/graphql" : "\(identity.server)/api/graphql"
                )
            ),
            ("ref_name", .string(event.refName)),
            ("ref_protected", .bool(false)),
            ("ref_type", .string(event.refKind?.rawValue ?? "")),
            ("secret_source", .string("Actions")),
            ("workflow_ref", .string("\(identity.fullName)/\(workflow.file)@\(event.ref)")),
            ("workflow_sha", .string(event.sha)),
        ]
    }
}

/// The workflow that the `github` context names.
struct WorkflowIdentity: Sendable {
    let name: String
    /// Relative to the project.
    let file: String
}
