import Core
import Foundation
import Workflows

/// Makes the event that starts a run, as GitHub would send it, from what the checkout knows.
struct EventBuilder: Sendable {
    let repository: GitRepository
    let identity: RepositoryIdentity
    let actor: String
    let email: String

    /// Makes the event, with the inputs of `workflow_dispatch` as text.
    ///
    /// The branch is the ref that is checked out; a pull request's own ref is another. The members of a given payload,
    /// the user's, win over what is made up here.
    func event(
        name: String,
        ref: String,
        branch: String,
        sha: String,
        given: ExpressionValue?,
        inputs: [String: String],
        workflow: String
    ) async throws -> RunEvent {
        let commit = try await repository.commit(sha)
        var payload: [(String, ExpressionValue)] = [("repository", repositoryValue), ("sender", user)]
        switch name {
        case "push": payload = try await push(ref: ref, commit: commit) + payload
        case "workflow_dispatch":
            let values = inputs.sorted { $0.key < $1.key }.map { ($0.key, ExpressionValue.string($0.value)) }
            payload = [("inputs", .object(values)), ("ref", .string(ref)), ("workflow", .string(workflow))] + payload
        case "pull_request", "pull_request_target":
            payload = try await pullRequest(branch: branch, sha: sha) + payload
        case "release":
            let tag = Self.shortName(ref)
            let release: ExpressionValue = [
                "tag_name": .string(tag), "name": .string(tag), "target_commitish": .string(identity.defaultBranch),
                "draft": false, "prerelease": false, "body": "",
            ]
            payload = [("action", "published"), ("release", release)] + payload
        case "create", "delete":
            let kind = ref.hasPrefix("refs/tags/") ? "tag" : "branch"
            payload = [("ref", .string(Self.shortName(ref))), ("ref_type", .string(kind))] + payload
        default: break
        }
        if case .object(let members)? = given {
            payload = members.entries.map { ($0.key, $0.value) } + payload
        }
        return RunEvent(name: name, ref: ref, sha: sha, payload: .object(payload))
    }

    /// The files that an event changed, for `paths` filters; nil where that cannot be known.
    func changedFiles(of event: RunEvent, head: String) async throws -> [String]? {
        if event.name.hasPrefix("pull_request") {
            let base = event.payload["pull_request"]["base"]["sha"].text
            return base.isEmpty ? nil : try await repository.changedFiles(from: base, to: head, symmetric: true)
        }
        guard event.name == "push" else { return nil }
        let before = event.payload["before"].text
        if !before.isEmpty, before.contains(where: { $0 != "0" }), try await repository.resolve(before) != nil {
            return try await repository.changedFiles(from: before, to: head, symmetric: false)
        }
        // A new branch is compared with where it left the default branch.
        guard let main = try await repository.resolve("refs/heads/\(identity.defaultBranch)"),
            let base = try await repository.mergeBase(main, head), base != head
        else { return nil }
        return try await repository.changedFiles(from: base, to: head, symmetric: false)
    }

    static func shortName(_ ref: String) -> String {
        for prefix in ["refs/heads/", "refs/tags/", "refs/pull/"] where ref.hasPrefix(prefix) {
            return String(ref.dropFirst(prefix.count))
        }
        return ref
    }

    private func push(ref: String, commit: GitRepository.Commit) async throws -> [(String, ExpressionValue)] {
        let isTag = ref.hasPrefix("refs/tags/")
        // What was pushed before is not known here: one commit is what a push most often holds.
        let before = isTag ? nil : commit.parents.first
        let zero = String(repeating: "0", count: 40)
        let head = try await value(of: commit)
        return [
            ("ref", .string(ref)), ("before", .string(before ?? zero)), ("after", .string(commit.sha)),
            ("created", .bool(before == nil)), ("deleted", .bool(false)), ("forced", .bool(false)),
            ("base_ref", .null), ("compare", .string("\(url)/compare/\(before ?? zero)...\(commit.sha)")),
            ("head_commit", head), ("commits", .array(isTag ? [] : [head])),
            ("pusher", .object([("name", .string(actor)), ("email", .string(email))])),
        ]
    }

    /// A pull request of the current branch into the default branch.
    private func pullRequest(branch: String, sha: String) async throws -> [(String, ExpressionValue)] {
        let base = try await repository.resolve("refs/heads/\(identity.defaultBranch)") ?? sha
        let commit = try await repository.commit(sha)
        func side(_ ref: String, _ sha: String) -> ExpressionValue {
            .object([
                ("ref", .string(ref)), ("sha", .string(sha)), ("label", .string("\(identity.owner):\(ref)")),
                ("repo", repositoryValue), ("user", user),
            ])
        }
        let title = commit.message.split(separator: "\n").first.map(String.init) ?? ""
        let pull: [(String, ExpressionValue)] = [
            ("number", 1), ("state", "open"), ("title", .string(title)), ("body", ""), ("draft", false),
            ("merged", false), ("user", user), ("labels", []),
            ("head", side(Self.shortName(branch), sha)), ("base", side(identity.defaultBranch, base)),
            ("html_url", .string("\(url)/pull/1")),
        ]
        return [("action", "synchronize"), ("number", 1), ("pull_request", .object(pull))]
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
