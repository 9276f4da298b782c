import Core
import Workflows

/// What an event is about: its name, its ref and its commit, as GitHub defines them for each event.
///
/// Source: "Events that trigger workflows", `GITHUB_REF` and `GITHUB_SHA` of each event.
struct EventSubject: Sendable {
    let name: String
    /// `github.ref`.
    let ref: String
    let sha: String
    /// The ref that is checked out, or that the user names: what `create` and `delete` are about, and the head of a pull
    /// request.
    let branch: String
    let pullRequest: Int
    /// The payload that the user gave.
    let given: ExpressionValue?

    /// Events that are about the merge of a pull request.
    private static let ofPullRequest: Set<String> = [
        "pull_request", "pull_request_review", "pull_request_review_comment",
    ]
    /// Events whose ref is the one that was pushed, made or asked for; all others are about the default branch.
    private static let ofOwnRef: Set<String> = [
        "push", "create", "release", "workflow_dispatch", "workflow_call", "deployment", "deployment_status",
        "merge_group", "registry_package", "workflow_run",
    ]

    /// Refs that the user names win, then those of the payload, then what is checked out.
    init(
        name: String,
        named: String?,
        checkedOut: String,
        sha: String,
        defaultBranch: String,
        given: ExpressionValue?
    ) {
        self.name = name
        self.sha = sha
        self.given = given
        branch = named ?? given.flatMap { Self.ref(of: $0, event: name) } ?? checkedOut
        let number = given?["number"].text ?? ""
        pullRequest = Int(number) ?? given.flatMap { Int($0["pull_request"]["number"].text) } ?? 1
        if Self.ofPullRequest.contains(name) {
            ref = named.flatMap { $0.hasPrefix("refs/pull/") ? $0 : nil } ?? "refs/pull/\(pullRequest)/merge"
        } else if name == "pull_request_target" {
            let base = given?["pull_request"]["base"]["ref"].text ?? ""
            ref = "refs/heads/\(base.isEmpty ? defaultBranch : base)"
        } else if name == "workflow_run" || name == "delete" {
            ref = "refs/heads/\(defaultBranch)"
        } else {
            ref = Self.ofOwnRef.contains(name) ? branch : named ?? "refs/heads/\(defaultBranch)"
        }
    }

    /// The ref that a payload is about; nil where it names none.
    static func ref(of payload: ExpressionValue, event: String) -> String? {
        func full(_ text: String, _ folder: String) -> String? {
            text.isEmpty ? nil : text.hasPrefix("refs/") ? text : "refs/\(folder)/\(text)"
        }
        switch event {
        case "release": return full(payload["release"]["tag_name"].text, "tags")
        case "create", "delete":
            return full(payload["ref"].text, payload["ref_type"].text == "tag" ? "tags" : "heads")
        case "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment":
            return full(payload["pull_request"]["head"]["ref"].text, "heads")
        case "workflow_run": return full(payload["workflow_run"]["head_branch"].text, "heads")
        default: return full(payload["ref"].text, "heads")
        }
    }

    /// The commit that a payload is about; nil where it names none.
    static func commit(of payload: ExpressionValue, event: String) -> String? {
        let sha: String
        switch event {
        case "push": sha = payload["after"].text
        case "pull_request", "pull_request_review", "pull_request_review_comment":
            sha = payload["pull_request"]["head"]["sha"].text
        case "workflow_run": sha = payload["workflow_run"]["head_sha"].text
        default: sha = ""
        }
        return sha.wholeMatch(of: /[0-9a-f]{40}/) == nil || sha.allSatisfy { $0 == "0" } ? nil : sha
    }
}
