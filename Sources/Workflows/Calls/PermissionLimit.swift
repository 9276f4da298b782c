package import Core

/// What a called workflow may ask of the token: never more than the job that calls it has.
///
/// Source: "Reusing workflows", "Supported keywords": permissions can be kept or lowered, not raised.
package struct PermissionLimit: Sendable {
    /// Nil: the caller's file says nothing, and the repository's own default holds, which is not known here.
    package let caller: Permissions?

    package init(caller: Permissions?) { self.caller = caller }

    /// What a job of the called workflow has.
    package func effective(for job: WorkflowJob, in workflow: Workflow) -> Permissions? {
        job.permissions ?? workflow.permissions ?? caller
    }

    /// An error, at the call, for each job of the called workflow that asks for more.
    package func diagnostics(for callee: Workflow, named name: String, at call: SourceLocation) -> [Diagnostic] {
        guard let caller else { return [] }
        return callee.jobs.flatMap { job -> [Diagnostic] in
            guard let wanted = job.permissions ?? callee.permissions else { return [] }
            let excess = wanted.named.filter { scope, level in level > caller.level(of: scope) }
            return excess.sorted { $0.key < $1.key }.map { scope, level in
                Diagnostic(
                    rule: "called-workflow",
                    "Job \"\(job.id)\" of \(name) asks for \"\(scope): \(level.rawValue)\", but the caller allows only "
                        + "\"\(scope): \(caller.level(of: scope).rawValue)\"",
                    at: call,
                    help: "Raise the permissions of the calling job, or lower those of the called one."
                )
            }
        }
    }
}

extension Permissions {
    /// What the token may do with a scope.
    package func level(of scope: String) -> Level {
        switch self {
        case .writeAll: .write
        case .readAll: scope == "id-token" ? .none : .read
        case .scopes(let scopes): scopes[scope] ?? .none
        }
    }

    /// The scopes that are asked for; of `read-all` and `write-all` all there are.
    fileprivate var named: [String: Level] {
        switch self {
        case .scopes(let scopes): scopes
        case .readAll, .writeAll:
            Dictionary(uniqueKeysWithValues: PermissionCatalog.keys.map { ($0.name, level(of: $0.name)) })
        }
    }
}

extension Permissions.Level: Comparable {
    private var rank: Int {
        switch self {
        case .none: 0
        case .read: 1
        case .write: 2
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
