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
    /// Files of other repositories.
    let remote: any RemoteSource
    let secrets: [String: Secret]
    let variables: [String: String]
    let masker: Masker
    let journal: Journal
    let observer: any RunObserver
    let layout: RunLayout
    let host: HostEnvironment
    /// Whether each job has an empty home folder of its own.
    let givesFreshHomes: Bool
    let artifacts: ArtifactStore
    let caches: CacheStore
    let services: RunServices
    let slots: JobSlots
    let stop: StopSignal
    let durability: RunDurability
    let leftovers = LeftoverCollector()

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
        let known = PlanContext(event: event, identity: identity, actor: record.actor, workflow: workflow.name).github
        return known + [
            ("token", .string(secrets["GITHUB_TOKEN"]?.reveal() ?? "")),
            ("run_id", .string(record.origin ?? record.id)),
            ("run_number", .string(String(record.number))),
            ("run_attempt", .string(String(record.attempt))),
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
