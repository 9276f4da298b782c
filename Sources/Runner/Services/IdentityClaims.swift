import Core
import Workflows

/// What an identity token says about a job, as GitHub's do.
enum IdentityClaims {
    static let names = [
        "actor", "actor_id", "base_ref", "environment", "event_name", "head_ref", "job_workflow_ref",
        "job_workflow_sha", "ref", "ref_protected", "ref_type", "repository", "repository_id", "repository_owner",
        "repository_owner_id", "repository_visibility", "run_attempt", "run_id", "run_number", "runner_environment",
        "sha", "workflow", "workflow_ref", "workflow_sha",
    ]

    /// From the `github` and `job` contexts, and the job's environment, where it has one.
    static func make(github: ExpressionValue, job: ExpressionValue, environment: String?) -> JSON {
        var claims: JSON = ["runner_environment": "self-hosted"]
        for name in names where !["environment", "job_workflow_ref", "job_workflow_sha"].contains(name) {
            if name != "runner_environment" { claims[name] = .string(github[name].text) }
        }
        claims["job_workflow_ref"] = .string(job["workflow_ref"].text)
        claims["job_workflow_sha"] = .string(job["workflow_sha"].text)
        if let environment, !environment.isEmpty { claims["environment"] = .string(environment) }
        claims["sub"] = .string(subject(github, environment: environment))
        return claims
    }

    private static func subject(_ github: ExpressionValue, environment: String?) -> String {
        let repository = "repo:\(github["repository"].text)"
        if let environment, !environment.isEmpty {
            // A colon in the name would read as the next part of the subject.
            return "\(repository):environment:\(environment.replacing(":", with: "%3A"))"
        }
        if github["event_name"].text == "pull_request" { return "\(repository):pull_request" }
        return "\(repository):ref:\(github["ref"].text)"
    }
}
