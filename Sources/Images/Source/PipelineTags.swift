import Core
import Foundation

/// The tags that a pipeline gives to what it builds: those of the documented `docker/metadata-action` step.
///
/// On a branch its name, `branch-sha` and, on the default branch, `latest`; on a version tag `{{version}}` and
/// `{{major}}.{{minor}}`, a pre-release only the first.
package struct PipelineTags: Sendable, Hashable {
    package enum Trigger: Sendable, Hashable {
        case branch(String)
        case tag(String)
    }

    package let trigger: Trigger
    package let commit: String
    package let isDefaultBranch: Bool

    package init(trigger: Trigger, commit: String, isDefaultBranch: Bool) {
        self.trigger = trigger
        self.commit = commit
        self.isDefaultBranch = isDefaultBranch
    }

    /// In the order in which people look for them.
    package var tags: [String] {
        switch trigger {
        case .branch(let name):
            let branch = Self.tag(from: name)
            let tags = [branch, Self.tag(from: "\(branch)-\(commit.prefix(7))")]
            return tags + (isDefaultBranch ? ["latest"] : [])
        case .tag(let name):
            let pattern =
                /v?(?<major>0|[1-9][0-9]*)\.(?<minor>0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?<pre>-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?/
            // A tag that is no version names itself.
            guard let match = name.wholeMatch(of: pattern) else { return [Self.tag(from: name)] }
            let version = Self.tag(from: name.hasPrefix("v") ? String(name.dropFirst()) : name)
            return match.pre == nil ? [version, "\(match.major).\(match.minor)"] : [version]
        }
    }

    /// What a tag may not hold becomes `-`; `feature/x` is `feature-x`.
    private static func tag(from name: String) -> String {
        let allowed = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
        return String(allowed.drop { $0 == "." || $0 == "-" }.prefix(128))
    }

    /// From a run's variables (`GITHUB_REF` …) or, outside of one, from git.
    ///
    /// - Throws: `SlipwayError` where neither knows a branch or tag.
    package static func current(environment: [String: String], source: URL) async throws -> PipelineTags {
        if let name = environment["GITHUB_REF_NAME"], let commit = environment["GITHUB_SHA"], !name.isEmpty {
            let isTag = environment["GITHUB_REF_TYPE"] == "tag"
            let event = environment["GITHUB_EVENT_PATH"].flatMap { try? Data(contentsOf: URL(filePath: $0)) }
            let known = event.flatMap { try? JSON(parsing: $0) }?[path: "repository", "default_branch"]?.string
            return PipelineTags(
                trigger: isTag ? .tag(name) : .branch(name),
                commit: commit,
                isDefaultBranch: try await defaultBranch(known, source) == name
            )
        }
        guard let head = try await GitHead.read(at: source) else {
            throw SlipwayError(
                .invalidInput,
                "No branch or tag is known to make tags from",
                why: "\(source.path) is no git repository with a branch checked out, and GITHUB_REF_NAME is not set.",
                next: "Give tags with --tag."
            )
        }
        return head
    }
}

extension PipelineTags {
    fileprivate static func defaultBranch(_ known: String?, _ source: URL) async throws -> String? {
        if let known { return known }
        return try await GitHead.defaultBranch(at: source)
    }
}

/// What is checked out.
private enum GitHead {
    static func read(at folder: URL) async throws -> PipelineTags? {
        let git = Git(folder: folder)
        guard let commit = try await git.answer("rev-parse", "--verify", "HEAD") else { return nil }
        if let branch = try await git.answer("symbolic-ref", "--quiet", "--short", "HEAD") {
            let isDefault = try await defaultBranch(at: folder) == branch
            return PipelineTags(trigger: .branch(branch), commit: commit, isDefaultBranch: isDefault)
        }
        guard let tag = try await git.answer("describe", "--exact-match", "--tags", "HEAD") else { return nil }
        return PipelineTags(trigger: .tag(tag), commit: commit, isDefaultBranch: false)
    }

    /// The remote's, else the one that `git init` makes, if it is there.
    static func defaultBranch(at folder: URL) async throws -> String? {
        let git = Git(folder: folder)
        if let remote = try await git.answer("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD") {
            return remote.split(separator: "/", maxSplits: 1).last.map(String.init)
        }
        for name in ["main", "master"]
        where try await git.answer("rev-parse", "--verify", "--quiet", "refs/heads/\(name)") != nil {
            return name
        }
        return nil
    }
}
