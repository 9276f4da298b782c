internal import Core

/// Versions of GitHub's own actions that no longer work, or run on a node that is gone.
struct OutdatedActionRule: StepRule {
    /// The first version that works, and the first that runs on a supported node.
    private static let versions: [String: (works: Int, current: Int)] = [
        "actions/upload-artifact": (4, 4), "actions/download-artifact": (4, 4), "actions/cache": (3, 4),
        "actions/checkout": (1, 4), "actions/setup-node": (1, 4), "actions/setup-python": (1, 5),
        "actions/setup-go": (1, 5), "actions/setup-java": (1, 4), "actions/setup-dotnet": (1, 4),
        "actions/github-script": (1, 7), "actions/labeler": (1, 5), "actions/stale": (1, 9),
        "docker/build-push-action": (1, 5), "docker/login-action": (1, 3), "docker/setup-buildx-action": (1, 3),
        "github/codeql-action": (3, 3),
    ]

    func check(_ step: WorkflowStep, in scope: StepScope) -> [Diagnostic] {
        guard let uses = step.uses, case .repository(let owner, let name, _, let ref)? = uses.reference,
            let versions = Self.versions["\(owner)/\(name)".lowercased()], ref.hasPrefix("v"),
            let major = Int(ref.dropFirst().prefix { $0 != "." }), major < versions.current
        else { return [] }
        let fails = major < versions.works
        return [
            Diagnostic(
                fails ? .error : .warning,
                rule: "outdated-action",
                fails
                    ? "GitHub has switched off \(uses.uses.value)"
                    : "\(uses.uses.value) needs a version of node that runners no longer have",
                at: uses.uses.location,
                help: "Use v\(versions.current) or later."
            )
        ]
    }
}
