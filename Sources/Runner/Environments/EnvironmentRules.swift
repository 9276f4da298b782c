import Core
import Workflows

/// What holds for jobs of one environment.
package struct EnvironmentRules: Sendable {
    /// Whether a person must approve each job before it starts.
    package var needsApproval = false
    /// How long a job waits before it starts.
    package var waitTimer: Duration = .zero
    /// Patterns of the branches that may deploy; nil together with `tags`: every ref may.
    package var branches: [String]?
    /// Patterns of the tags that may deploy.
    package var tags: [String]?
    /// Go before the repository's own.
    package var secrets: [String: Secret] = [:]
    package var variables: [String: String] = [:]

    package init() {}

    /// Why a run for this ref may not use the environment; nil where it may.
    func refusal(of event: RunEvent, environment: String) -> String? {
        guard branches != nil || tags != nil else { return nil }
        let (kind, patterns) = event.refKind == .tag ? ("Tag", tags) : ("Branch", branches)
        let isAllowed = (patterns ?? []).contains { pattern in
            (try? GlobPattern(pattern))?.matches(event.refName) ?? false
        }
        if isAllowed { return nil }
        return
            "\(kind) \"\(event.refName)\" is not allowed to deploy to \(environment) due to environment protection rules."
    }
}

/// Knows the environments.
package protocol EnvironmentPolicy: Sendable {
    /// - Throws: `SlipwayError` or `DiagnosticsError` where what it is read from is wrong.
    func rules(for environment: String) async throws -> EnvironmentRules
}

/// Environments without rules.
package struct OpenEnvironments: EnvironmentPolicy {
    package init() {}
    package func rules(for environment: String) async throws -> EnvironmentRules { EnvironmentRules() }
}
