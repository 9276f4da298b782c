import Core
import Foundation

/// The source a run sees, fixed at its start: a commit, or a commit with local changes.
///
/// Local changes are stored as a git tree in objects of Slipway's own, so that every job sees the same files however
/// long the run takes, and the user's repository is left as it is.
struct SourceSnapshot: Sendable, Hashable {
    let commit: String
    /// The tree that jobs check out.
    let tree: String
    /// Whether the tree is not the commit's own.
    let isDirty: Bool
    /// Where objects of the tree may be that are not in the project's repository.
    let objects: String?

    /// The commit alone.
    static func commit(_ commit: GitRepository.Commit) -> SourceSnapshot {
        SourceSnapshot(commit: commit.sha, tree: commit.tree, isDirty: false, objects: nil)
    }

    /// The commit with everything that is changed, added or removed in the working tree and not ignored.
    ///
    /// Slipway's own folder, the state, is never part of it.
    static func workingTree(
        of repository: GitRepository,
        commit: GitRepository.Commit,
        state: StateDirectory
    ) async throws -> SourceSnapshot {
        let files = FileManager.default
        let objects = state.url.appending(path: "snapshots/objects").path
        try files.createDirectory(atPath: objects, withIntermediateDirectories: true)
        let index = state.url.appending(path: "snapshots/index-\(Identifier.make(at: Date()))").path
        defer { try? files.removeItem(atPath: index) }
        // Git's own index knows which files cannot have changed: starting from a copy is fast on large trees.
        if let own = try await repository.ask("rev-parse", "--git-path", "index") {
            let path = own.hasPrefix("/") ? own : "\(repository.root)/\(own)"
            if files.fileExists(atPath: path) { try files.copyItem(atPath: path, toPath: index) }
        }
        let environment = [
            "GIT_INDEX_FILE": index,
            "GIT_OBJECT_DIRECTORY": objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": repository.objects,
        ]
        var pathspec = ["."]
        if let inside = relativePath(of: state.url.standardizedFileURL.path, in: repository.root) {
            // Git refuses to be told about an ignored folder, even to leave it out.
            let ignored = try await repository.tools.run("git", ["check-ignore", "-q", inside], in: repository.root)
            if !ignored.end.isSuccess { pathspec.append(":(exclude,top,literal)\(inside)") }
        }
        try await repository.tools.require(
            "git",
            ["-c", "core.safecrlf=false", "-c", "advice.addEmbeddedRepo=false", "add", "-A", "--"] + pathspec,
            in: repository.root,
            adding: environment
        )
        let tree = try await repository.git("write-tree", adding: environment).trimmingCharacters(in: .newlines)
        return SourceSnapshot(commit: commit.sha, tree: tree, isDirty: tree != commit.tree, objects: objects)
    }

    private static func relativePath(of path: String, in root: String) -> String? {
        path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : nil
    }
}
