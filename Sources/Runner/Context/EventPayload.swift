import Core
import Foundation
import Workflows

/// Makes the event that starts a run, as GitHub would send it, from what the checkout knows.
struct EventBuilder: Sendable {
    let repository: GitRepository
    let identity: RepositoryIdentity
    let actor: String
    let email: String

    /// Makes the event with what GitHub would send; members of a given payload, the user's, win over what is made up.
    ///
    /// The branch is the ref that is checked out; a pull request's own ref is another.
    func event(_ subject: EventSubject, workflow: Workflow, file: String) async throws -> RunEvent {
        let commit = try await repository.commit(subject.sha)
        var payload: [(String, ExpressionValue)] = [("repository", repositoryValue), ("sender", user)]
        payload = try await members(subject, commit, workflow.trigger(subject.name), file: file) + payload
        if case .object(let members)? = subject.given {
            payload = members.entries.map { ($0.key, $0.value) } + payload
        }
        return RunEvent(
            name: subject.name,
            ref: subject.ref,
            sha: subject.sha,
            payload: .object(payload),
            headMessage: commit.message
        )
    }

    /// What the event has besides the repository and the sender.
    private func members(
        _ subject: EventSubject,
        _ commit: GitRepository.Commit,
        _ trigger: Trigger?,
        file: String
    ) async throws -> [(String, ExpressionValue)] {
        let ref = subject.ref
        switch subject.name {
        case "push": return try await push(ref: ref, commit: commit)
        case "workflow_dispatch": return [("inputs", .object([])), ("ref", .string(ref)), ("workflow", .string(file))]
        case "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment":
            return try await pullRequest(subject, commit)
        case "release":
            let tag = Self.shortName(ref)
            let release: ExpressionValue = [
                "tag_name": .string(tag), "name": .string(tag), "target_commitish": .string(identity.defaultBranch),
                "draft": false, "prerelease": false, "body": "", "html_url": .string("\(url)/releases/tag/\(tag)"),
            ]
            return [("action", "published"), ("release", release)]
        case "create", "delete":
            let kind = subject.branch.hasPrefix("refs/tags/") ? "tag" : "branch"
            return [
                ("ref", .string(Self.shortName(subject.branch))), ("ref_type", .string(kind)),
                ("master_branch", .string(identity.defaultBranch)), ("pusher_type", "user"),
            ]
        case "schedule":
            return trigger?.schedules.first.map { [("schedule", .string($0.cron.value))] } ?? []
        case "repository_dispatch":
            let type = trigger?.types?.first?.value ?? "dispatch"
            return [
                ("action", .string(type)), ("branch", .string(identity.defaultBranch)), ("client_payload", .object([])),
            ]
        case "workflow_run": return workflowRun(subject, commit, trigger)
        case "merge_group":
            let group: ExpressionValue = [
                "head_sha": .string(commit.sha), "head_ref": .string(ref),
                "base_ref": .string("refs/heads/\(identity.defaultBranch)"),
            ]
            return [("action", "checks_requested"), ("merge_group", group)]
        default: return []
        }
    }

    /// The end of a run of the first workflow that is waited for, on the branch that is checked out.
    private func workflowRun(_ subject: EventSubject, _ commit: GitRepository.Commit, _ trigger: Trigger?)
        -> [(String, ExpressionValue)]
    {
        let name = trigger?.workflows?.first?.value ?? ""
        let run: ExpressionValue = [
            "id": 1, "name": .string(name), "head_branch": .string(Self.shortName(subject.branch)),
            "head_sha": .string(commit.sha), "event": "push", "status": "completed", "conclusion": "success",
            "run_number": 1, "run_attempt": 1, "html_url": .string("\(url)/actions/runs/1"),
            "head_repository": repositoryValue, "actor": user,
        ]
        return [("action", "completed"), ("workflow_run", run), ("workflow", ["name": .string(name)])]
    }

    /// The files that an event changed, for `paths` filters, local changes included; nil where that cannot be known.
    func changedFiles(of event: RunEvent, in source: SourceSnapshot) async throws -> [String]? {
        guard event.name == "push" || event.name.hasPrefix("pull_request") else { return nil }
        guard let base = try await base(of: event) else { return nil }
        return try await repository.changedFiles(from: base, to: source)
    }

    /// The commit that an event's changes are counted from.
    private func base(of event: RunEvent) async throws -> String? {
        if event.name.hasPrefix("pull_request") {
            let base = event.payload["pull_request"]["base"]["sha"].text
            return base.isEmpty ? nil : try await repository.mergeBase(base, event.sha)
        }
        let before = event.payload["before"].text
        if before.contains(where: { $0 != "0" }), let commit = try await repository.resolve(before) { return commit }
        // A new branch is compared with where it left the default branch.
        guard let main = try await repository.resolve("refs/heads/\(identity.defaultBranch)"),
            let base = try await repository.mergeBase(main, event.sha), base != event.sha
        else { return nil }
        return base
    }

    static func shortName(_ ref: String) -> String {
        for prefix in ["refs/heads/", "refs/tags/", "refs/pull/"] where ref.hasPrefix(prefix) {
            return String(ref.dropFirst(prefix.count))
        }
        return ref
    }

    private static let zero = String(repeating: "0", count: 40)
    /// How many commits a payload lists at most.
    private static let maximumCommits = 20

    private func push(ref: String, commit: GitRepository.Commit) async throws -> [(String, ExpressionValue)] {
        let before = try await pushedBefore(ref: ref, commit)
        let head = try await value(of: commit)
        var commits: [ExpressionValue] = ref.hasPrefix("refs/tags/") ? [] : [head]
        if let before, !commits.isEmpty {
            let shas = try await repository.commits(from: before, to: commit.sha, limit: Self.maximumCommits)
            commits = []
            for sha in shas { commits.append(try await value(of: repository.commit(sha))) }
        }
        return [
            ("ref", .string(ref)), ("before", .string(before ?? Self.zero)), ("after", .string(commit.sha)),
            ("created", .bool(before == nil)), ("deleted", .bool(false)), ("forced", .bool(false)),
            ("base_ref", .null), ("compare", .string("\(url)/compare/\(before ?? Self.zero)...\(commit.sha)")),
            ("head_commit", head), ("commits", .array(commits)),
            ("pusher", .object([("name", .string(actor)), ("email", .string(email))])),
        ]
    }

    /// What the branch was before the push; nil for a new one.
    ///
    /// Where `origin` has the branch, all that it does not have yet is what would be pushed; else one commit, which is
    /// what a push most often holds.
    private func pushedBefore(ref: String, _ commit: GitRepository.Commit) async throws -> String? {
        guard ref.hasPrefix("refs/heads/") else { return nil }
        let tracking = "refs/remotes/origin/\(Self.shortName(ref))"
        if let pushed = try await repository.resolve(tracking), pushed != commit.sha,
            try await repository.mergeBase(pushed, commit.sha) == pushed
        {
            return pushed
        }
        return commit.parents.first
    }

    /// A pull request of the branch that is checked out into the default branch.
    private func pullRequest(_ subject: EventSubject, _ commit: GitRepository.Commit) async throws
        -> [(String, ExpressionValue)]
    {
        let base = try await repository.resolve("refs/heads/\(identity.defaultBranch)") ?? commit.sha
        func side(_ ref: String, _ sha: String) -> ExpressionValue {
            .object([
                ("ref", .string(ref)), ("sha", .string(sha)), ("label", .string("\(identity.owner):\(ref)")),
                ("repo", repositoryValue), ("user", user),
            ])
        }
        let title = commit.message.split(separator: "\n").first.map(String.init) ?? ""
        let number = ExpressionValue.number(Double(subject.pullRequest))
        let pull: [(String, ExpressionValue)] = [
            ("number", number), ("state", "open"), ("title", .string(title)), ("body", ""), ("draft", false),
            ("merged", false), ("user", user), ("labels", []),
            ("head", side(Self.shortName(subject.branch), commit.sha)), ("base", side(identity.defaultBranch, base)),
            ("html_url", .string("\(url)/pull/\(subject.pullRequest)")),
        ]
        let action: ExpressionValue =
            switch subject.name {
            case "pull_request_review": "submitted"
            case "pull_request_review_comment": "created"
            default: "synchronize"
            }
        return [("action", action), ("number", number), ("pull_request", .object(pull))]
    }

    private var url: String { "\(identity.server)/\(identity.fullName)" }

    private var user: ExpressionValue {
        .object([
            ("login", .string(actor)), ("type", .string("User")), ("html_url", .string("\(identity.server)/\(actor)")),
        ])
    }

    private var repositoryValue: ExpressionValue {
        .object([
            ("name", .string(identity.name)), ("full_name", .string(identity.fullName)),
            ("owner", .object([("login", .string(identity.owner)), ("name", .string(identity.owner))])),
            ("default_branch", .string(identity.defaultBranch)), ("master_branch", .string(identity.defaultBranch)),
            ("html_url", .string(url)), ("url", .string(url)), ("clone_url", .string("\(url).git")),
        ])
    }

    private func value(of commit: GitRepository.Commit) async throws -> ExpressionValue {
        var lists: [String: [ExpressionValue]] = ["A": [], "M": [], "D": []]
        let output = try await repository.ask(
            "diff-tree",
            "--no-commit-id",
            "--name-status",
            "-r",
            "--root",
            commit.sha
        )
        for line in (output ?? "").split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            if parts.count == 2 { lists[String(parts[0].prefix(1)), default: []].append(.string(parts[1])) }
        }
        func person(_ name: String, _ email: String) -> ExpressionValue {
            .object([("name", .string(name)), ("email", .string(email)), ("username", .string(actor))])
        }
        return .object([
            ("id", .string(commit.sha)), ("tree_id", .string(commit.tree)), ("distinct", .bool(true)),
            ("message", .string(commit.message)), ("timestamp", .string(commit.committerDate)),
            ("url", .string("\(url)/commit/\(commit.sha)")),
            ("author", person(commit.authorName, commit.authorEmail)),
            ("committer", person(commit.committerName, commit.committerEmail)),
            ("added", .array(lists["A"] ?? [])), ("removed", .array(lists["D"] ?? [])),
            ("modified", .array(lists["M"] ?? [])),
        ])
    }
}
