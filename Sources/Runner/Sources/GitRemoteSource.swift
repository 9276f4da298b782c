import Core
import Crypto
import Foundation

/// Fetches other repositories with `git` into a cache of folders, one for each commit: what was fetched once is there
/// without a network.
///
/// A ref is resolved once, so that all jobs of a run see the same commit.
package actor GitRemoteSource: RemoteSource {
    /// Where repositories are, and what the user has put in the place of some.
    package struct Settings: Sendable {
        /// Repositories are `<url>/<owner>/<name>`: a server, or a folder of (bare) repositories.
        package var url = "https://github.com"
        /// `--actions-from`.
        package var replacements = ActionFolders()
        /// Whether the original of an action that is built in is fetched and run.
        package var usesOriginals = false

        package init() {}
    }

    /// Time for one call of git.
    private static let limit = Duration.seconds(120)

    private nonisolated let settings: Settings
    private let cache: URL
    private let tools: ToolRunner
    private var answers: [RemoteReference: Task<RemoteFolder, any Error>] = [:]

    package init(cache: URL, settings: Settings, environment: [String: String]) {
        self.settings = settings
        self.cache = cache
        var environment = environment
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["LC_ALL"] = "C"
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] { environment[name] = nil }
        tools = ToolRunner(environment: environment)
    }

    package nonisolated func replacesBuiltIn(_ reference: RemoteReference) -> Bool {
        settings.usesOriginals || settings.replacements.folder(for: reference) != nil
    }

    package func fetch(_ reference: RemoteReference) async throws -> RemoteFolder {
        if let folder = settings.replacements.folder(for: reference) { return RemoteFolder(folder: folder, sha: nil) }
        if let known = answers[reference] { return try await known.value }
        let task = Task { try await find(reference) }
        answers[reference] = task
        do {
            return try await task.value
        } catch {
            answers[reference] = nil
            throw error
        }
    }

    // MARK: - Cache

    /// `<server>/<owner>/<name>`: folders named by commit, and `refs/` with the commit that a name last stood for.
    private func place(of reference: RemoteReference) -> URL {
        let server = RunLayout.slug(settings.url.replacing(/^[a-z]+:\/\//, with: ""))
        return cache.appending(path: "\(server)/\(reference.repository.lowercased())")
    }

    private func find(_ reference: RemoteReference) async throws -> RemoteFolder {
        let place = place(of: reference)
        let sha: String
        if Self.isCommit(reference.ref) {
            sha = reference.ref.lowercased()
        } else {
            sha = try await resolve(reference, place)
        }
        let folder = place.appending(path: sha)
        if !FileManager.default.fileExists(atPath: folder.path) { try await download(sha, of: reference, to: folder) }
        return RemoteFolder(folder: folder.path, sha: sha)
    }

    private static func isCommit(_ ref: String) -> Bool {
        (ref.count == 40 || ref.count == 64) && ref.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    private func address(of reference: RemoteReference) -> String {
        "\(settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url)/\(reference.repository)"
    }

    /// The commit of a tag, else of a branch; without a network the one that it last stood for.
    private func resolve(_ reference: RemoteReference, _ place: URL) async throws -> String {
        let ref = reference.ref
        guard !ref.hasPrefix("-"), !ref.contains(where: { $0.isWhitespace || "*?[\\:^~".contains($0) }) else {
            throw SlipwayError(.invalidInput, "\"\(ref)\" of \(reference) is not the name of a branch or tag")
        }
        let names = ref.hasPrefix("refs/") ? [ref] : ["refs/tags/\(ref)", "refs/heads/\(ref)"]
        let record = place.appending(
            path: "refs/\(RunLayout.slug(ref))-\(SHA256.hash(data: Data(ref.utf8)).hexadecimal.prefix(8))"
        )
        let output = try await git(
            ["ls-remote", address(of: reference)] + names.flatMap { ["\($0)^{}", $0] },
            in: "/"
        )
        guard output.end.isSuccess else {
            let known = FileManager.default.contents(atPath: record.path).map { String(decoding: $0, as: UTF8.self) }
            if let known, Self.isCommit(known) { return known }
            throw failure(reference, output)
        }
        var found: [String: String] = [:]
        for line in output.text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            if parts.count == 2, Self.isCommit(parts[0]) { found[parts[1]] = parts[0] }
        }
        // Of an annotated tag the commit is meant, not the tag object.
        guard let sha = names.flatMap({ ["\($0)^{}", $0] }).lazy.compactMap({ found[$0] }).first else {
            let isShort = ref.count >= 7 && ref.allSatisfy(\.isHexDigit)
            throw SlipwayError(
                .invalidInput,
                "\(reference.repository) has no branch or tag \"\(ref)\"",
                why: isShort ? "A shortened commit SHA is not supported" : nil,
                next: isShort ? "Use the full commit SHA." : "Check the name at \(address(of: reference))."
            )
        }
        try FileManager.default.createDirectory(
            at: record.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(sha.utf8).write(to: record, options: .atomic)
        return sha
    }

    /// Fetches one commit and puts its files into a folder, whole or not at all.
    private func download(_ sha: String, of reference: RemoteReference, to folder: URL) async throws {
        let files = FileManager.default
        let work = cache.appending(path: "tmp-\(Identifier.make(at: Date()))").path
        defer { try? FolderCopy.remove(work) }
        try files.createDirectory(atPath: "\(work)/tree", withIntermediateDirectories: true)
        let repository = "--git-dir=\(work)/git"
        try await tools.require("git", ["init", "-q", "--bare", "\(work)/git"], in: work)
        let fetch = [repository, "fetch", "-q", "--no-tags", "--no-recurse-submodules"]
        var output = try await git(fetch + ["--depth=1", address(of: reference), sha], in: work)
        if !output.end.isSuccess {
            // A server may give only what a branch or tag leads to.
            let all = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
            let whole = try await git(fetch + [address(of: reference)] + all, in: work)
            if whole.end.isSuccess { output = whole }
        }
        guard output.end.isSuccess else { throw failure(reference, output) }
        let checkout = try await tools.run(
            "git",
            [repository, "--work-tree=\(work)/tree", "-c", "advice.detachedHead=false", "checkout", "-q", "-f", sha],
            in: "\(work)/tree"
        )
        guard checkout.end.isSuccess else {
            throw SlipwayError(
                .invalidInput,
                "\(reference.repository) has no commit \(sha)",
                why: checkout.text.trimmingCharacters(in: .whitespacesAndNewlines)
            )
        }
        try files.createDirectory(at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
        // Another process may have been faster: its folder is the same.
        guard rename("\(work)/tree", folder.path) == 0 || files.fileExists(atPath: folder.path) else {
            throw SlipwayError(.external, "Cannot make \(folder.path)", why: String(cString: strerror(errno)))
        }
    }

    private func failure(_ reference: RemoteReference, _ output: ToolRunner.Output) -> SlipwayError {
        SlipwayError(
            .external,
            "Cannot fetch \(reference) from \(address(of: reference))",
            why: String(output.text.suffix(1000)).trimmingCharacters(in: .whitespacesAndNewlines),
            next: "Check the network and the name, or give its files with --actions-from."
        )
    }

    private func git(_ arguments: [String], in folder: String) async throws -> ToolRunner.Output {
        let stop = StopSignal()
        var bounded = tools
        bounded.stop = stop
        return try await withThrowingTaskGroup(of: ToolRunner.Output?.self) { [bounded] group in
            group.addTask { try await bounded.run("git", arguments, in: folder) }
            group.addTask {
                try await Task.sleep(for: Self.limit)
                stop.stop(.timedOut)
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
