import Foundation

@testable import Runner

/// Bare repositories beside a test project, as another server would hold them.
struct RemoteServer {
    let project: TestProject

    private var folder: URL { project.root.deletingLastPathComponent().appending(path: "server") }

    /// The source that fetches from it.
    func source(_ change: (inout GitRemoteSource.Settings) -> Void = { _ in }) -> GitRemoteSource {
        var settings = GitRemoteSource.Settings()
        settings.url = folder.path
        change(&settings)
        return GitRemoteSource(
            cache: project.root.deletingLastPathComponent().appending(path: "cache"),
            settings: settings,
            environment: ProcessInfo.processInfo.environment
        )
    }

    /// Commits files to a repository, as a branch `main` and a tag.
    ///
    /// - Returns: the commit.
    @discardableResult
    func publish(_ name: String, _ files: [String: String], tag: String) async throws -> String {
        let work = folder.appending(path: "work/\(name)")
        let bare = folder.appending(path: "\(name).git").path
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        var environment = ProcessInfo.processInfo.environment
        for role in ["AUTHOR", "COMMITTER"] {
            environment["GIT_\(role)_NAME"] = "alice"
            environment["GIT_\(role)_EMAIL"] = "alice@example.com"
        }
        let tools = ToolRunner(environment: environment)
        if !FileManager.default.fileExists(atPath: bare) {
            try await tools.require("git", ["init", "-q", "--bare", bare], in: work.path)
            try await tools.require("git", ["init", "-q", "-b", "main"], in: work.path)
        }
        try TestProject(root: work).write(files)
        try await tools.require("git", ["add", "-A"], in: work.path)
        try await tools.require("git", ["commit", "-q", "-m", tag], in: work.path)
        try await tools.require("git", ["tag", "-f", "-a", "-m", tag, tag], in: work.path)
        try await tools.require("git", ["push", "-q", "-f", bare, "main", tag], in: work.path)
        let sha = try await tools.require("git", ["rev-parse", "HEAD"], in: work.path)
        return sha.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Takes the server away.
    func shutDown() throws { try FolderCopy.remove(folder.path) }
}

enum Tools {
    static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    static let hasNode = Executables.find("node", path: path) != nil

    /// podman or docker, and something to make an image from.
    static let hasContainers: Bool = {
        guard case .success = ContainerEngine.find(ProcessInfo.processInfo.environment) else { return false }
        return Executables.find("busybox", path: path) != nil
    }()
}
