import Core
import Foundation

/// Which source an image is made from, as git tells it.
package struct SourceRevision: Sendable, Hashable {
    package var commit: String
    /// The id of the tree that was built, local changes included.
    package var tree: String
    /// Whether the working tree differs from the commit.
    package var modified: Bool
    /// The commit's time, in seconds since 1970.
    package var time: Int64
    /// The remote's address, without credentials.
    package var source: String?
    /// The nearest version tag with what was added to it (`git describe`).
    package var version: String?

    /// Asks git about the repository that holds a folder; nil where there is none, or no git.
    package static func read(at folder: URL) async throws -> SourceRevision? {
        let git = Git(folder: folder)
        guard let head = try await git.answer("rev-parse", "--verify", "HEAD"),
            let committed = try await git.answer("show", "--no-patch", "--format=%ct %T", "HEAD")
        else { return nil }
        let parts = committed.split(separator: " ")
        guard parts.count == 2, let time = Int64(parts[0]) else { return nil }
        let commitTree = String(parts[1])
        let tree = try await workingTree(git) ?? commitTree
        return SourceRevision(
            commit: head,
            tree: tree,
            modified: tree != commitTree,
            time: time,
            source: try await git.answer("remote", "get-url", "origin").flatMap(publicAddress),
            version: try await git.answer("describe", "--tags", "--always", "--match", "v[0-9]*")
        )
    }

    /// The tree that the working folder would commit, found with an index and an object store of our own, so that
    /// nothing in the repository changes.
    private static func workingTree(_ git: Git) async throws -> String? {
        guard let status = try await git.answer("status", "--porcelain", "--untracked-files=normal") else { return nil }
        if status.isEmpty { return try await git.answer("rev-parse", "HEAD^{tree}") }
        guard let objects = try await git.answer("rev-parse", "--path-format=absolute", "--git-path", "objects"),
            let index = try await git.answer("rev-parse", "--path-format=absolute", "--git-path", "index"),
            let top = try await git.answer("rev-parse", "--show-toplevel")
        else { return nil }
        let scratch = FileManager.default.temporaryDirectory.appending(path: "slipway-tree-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let ownIndex = scratch.appending(path: "index")
        // git's own index remembers which files are unchanged, so only the changed ones are hashed.
        try? FileManager.default.copyItem(at: URL(filePath: index), to: ownIndex)
        let ownObjects = scratch.appending(path: "objects")
        try FileManager.default.createDirectory(at: ownObjects, withIntermediateDirectories: true)
        let isolated = Git(
            folder: URL(filePath: top),
            environment: [
                "GIT_INDEX_FILE": ownIndex.path, "GIT_OBJECT_DIRECTORY": ownObjects.path,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects,
            ]
        )
        guard try await isolated.answer("add", "--all") != nil else { return nil }
        return try await isolated.answer("write-tree")
    }

    /// An address without user and password; `git@host:path` becomes a URL.
    static func publicAddress(_ address: String) -> String? {
        if let match = address.wholeMatch(of: /(?:[^@\/:]+@)?([^:\/]+):([^\/].*)/) {
            return "https://\(match.1)/\(match.2)"
        }
        guard var components = URLComponents(string: address), let scheme = components.scheme,
            ["http", "https", "ssh", "git"].contains(scheme)
        else { return nil }
        components.user = nil
        components.password = nil
        return components.string
    }
}
