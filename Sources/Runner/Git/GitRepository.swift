import Core
import Foundation

/// The project's git repository, asked through `git` itself.
struct GitRepository: Sendable {
    /// The top folder of the working tree.
    let root: String
    /// Where objects are kept; of the main repository for a linked worktree.
    let objects: String
    let tools: ToolRunner

    struct Commit: Sendable, Hashable {
        let sha: String
        let tree: String
        let parents: [String]
        let authorName: String
        let authorEmail: String
        /// ISO 8601 with the author's time zone.
        let authorDate: String
        let committerName: String
        let committerEmail: String
        let committerDate: String
        let message: String
    }

    /// - Throws: `SlipwayError` where the folder is in no repository, or the repository has no commit.
    static func open(from folder: String, environment: [String: String]) async throws -> GitRepository {
        let tools = ToolRunner(environment: gitEnvironment(environment))
        let answer = try await tools.run("git", ["rev-parse", "--show-toplevel", "--git-path", "objects"], in: folder)
        let lines = answer.text.split(separator: "\n").map(String.init)
        guard answer.end.isSuccess, lines.count == 2 else {
            throw SlipwayError(
                .invalidInput,
                "\(folder) is not in a git repository",
                why: answer.text.trimmingCharacters(in: .whitespacesAndNewlines),
                next: "Run slipway inside a checkout, or make one with: git init && git add -A && git commit"
            )
        }
        let objects = URL(filePath: lines[1], relativeTo: URL(filePath: folder, directoryHint: .isDirectory))
        return GitRepository(root: lines[0], objects: objects.absoluteURL.standardizedFileURL.path, tools: tools)
    }

    /// Git without the caller's repository variables, prompts, translations and surprises.
    private static func gitEnvironment(_ environment: [String: String]) -> [String: String] {
        var result = environment.filter { entry in
            ![
                "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
                "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE",
            ].contains(entry.key)
        }
        result["GIT_TERMINAL_PROMPT"] = "0"
        result["LC_ALL"] = "C"
        return result
    }

    func git(_ arguments: String..., adding extra: [String: String] = [:]) async throws -> String {
        try await tools.require("git", arguments, in: root, adding: extra)
    }

    /// The output, trimmed; nil where git says no.
    func ask(_ arguments: String...) async throws -> String? {
        let output = try await tools.run("git", arguments, in: root)
        guard output.end.isSuccess else { return nil }
        let text = output.text.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }

    /// The commit that a name stands for; nil where there is none.
    func resolve(_ name: String) async throws -> String? {
        if name.hasPrefix("-") { return nil }
        return try await ask("rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}")
    }

    /// The commit that is checked out.
    ///
    /// - Throws: `SlipwayError` where there is none yet.
    func head() async throws -> String {
        guard let sha = try await resolve("HEAD") else {
            throw SlipwayError(
                .invalidInput,
                "The repository \(root) has no commit yet",
                next: "Commit something first: git add -A && git commit"
            )
        }
        return sha
    }

    /// `refs/heads/…` of the branch that is checked out; nil where HEAD is detached.
    func currentBranch() async throws -> String? { try await ask("symbolic-ref", "--quiet", "HEAD") }

    func commit(_ sha: String) async throws -> Commit {
        let format = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"].joined(separator: "%x00")
        let text = try await git("log", "-1", "--no-show-signature", "--format=\(format)", sha)
        let parts = text.split(separator: "\0", maxSplits: 9, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 10 else {
            throw SlipwayError(.external, "git log said something unexpected about \(sha)", why: text)
        }
        return Commit(
            sha: parts[0],
            tree: parts[1],
            parents: parts[2].split(separator: " ").map(String.init),
            authorName: parts[3],
            authorEmail: parts[4],
            authorDate: parts[5],
            committerName: parts[6],
            committerEmail: parts[7],
            committerDate: parts[8],
            message: parts[9].trimmingCharacters(in: .newlines)
        )
    }

    /// The branch that a new clone would check out: what `origin/HEAD` says, else `main`, `master` or the current one.
    func defaultBranch() async throws -> String {
        if let head = try await ask("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD") {
            return String(head.dropFirst("refs/remotes/origin/".count))
        }
        for name in ["main", "master"] where try await resolve("refs/heads/\(name)") != nil { return name }
        let current = try await currentBranch()
        return current.map { String($0.dropFirst("refs/heads/".count)) } ?? "main"
    }

    /// Files that differ between a commit and a run's source; nil where git cannot tell.
    func changedFiles(from base: String, to source: SourceSnapshot) async throws -> [String]? {
        var environment: [String: String] = [:]
        if let own = source.objects { environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = "\(own):\(objects)" }
        let arguments = ["diff", "--name-only", "-z", "--no-renames", base, source.tree, "--"]
        let output = try await tools.run("git", arguments, in: root, adding: environment)
        guard output.end.isSuccess else { return nil }
        return output.text.split(separator: "\0").map(String.init)
    }

    /// The latest commits that one has and the other has not, the oldest first.
    func commits(from base: String, to head: String, limit: Int) async throws -> [String] {
        let text = try await git("rev-list", "--reverse", "--max-count=\(limit)", "\(base)..\(head)")
        return text.split(separator: "\n").map(String.init)
    }

    func mergeBase(_ left: String, _ right: String) async throws -> String? { try await ask("merge-base", left, right) }
}
