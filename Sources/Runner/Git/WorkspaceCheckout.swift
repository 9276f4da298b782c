import Core
import Foundation

/// Puts a source into a folder as a git repository of its own, with modification times that stay the same as long as
/// the content does.
struct WorkspaceCheckout: Sendable {
    let project: GitRepository
    let target: String
    let source: SourceSnapshot
    /// A full ref, or a commit: a branch is checked out as that branch, anything else leaves HEAD detached.
    let ref: String
    /// What `origin` is set to.
    let remote: String
    /// 0: all history of all branches and tags.
    let depth: Int
    let fetchesTags: Bool
    let cleans: Bool
    let sparse: [String]
    let isConeMode: Bool
    /// The file that keeps modification times between runs.
    let record: String
    let tools: ToolRunner

    private var branch: String? {
        ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : nil
    }

    /// - Throws: `SlipwayError` (`.external`) with what git says.
    func perform() async throws {
        try await prepareFolder()
        try await fetch()
        try await placeFiles()
    }

    private func git(_ arguments: [String], adding extra: [String: String] = [:]) async throws {
        try await tools.require("git", arguments, in: target, adding: extra)
    }

    private func prepareFolder() async throws {
        let files = FileManager.default
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        if files.fileExists(atPath: "\(target)/.git") {
            if cleans {
                try await git(["clean", "-ffdxq"])
                try await git(["reset", "--hard", "-q"])
            }
            return
        }
        for name in try files.contentsOfDirectory(atPath: target) { try FolderCopy.remove("\(target)/\(name)") }
        try await git(["init", "-q", "-b", branch ?? "main"])
        try await git(["remote", "add", "origin", remote])
        try await git(["config", "gc.auto", "0"])
    }

    private func fetch() async throws {
        // Any commit of the user's own repository may be asked for, not only tips of branches.
        let upload = "git -c uploadpack.allowAnySHA1InWant=true upload-pack"
        let base = ["-c", "protocol.version=2", "fetch", "-q", "--no-recurse-submodules", "--upload-pack=\(upload)"]
        if depth == 0 {
            let all = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
            let output = try await tools.run("git", ["rev-parse", "--is-shallow-repository"], in: target)
            let unshallow = output.text.hasPrefix("true") ? ["--unshallow"] : []
            try await git(base + ["--prune", "--no-tags"] + unshallow + [project.root] + all)
        }
        var wanted = source.commit
        if let branch {
            wanted = "+\(source.commit):refs/remotes/origin/\(branch)"
        } else if ref.hasPrefix("refs/tags/") || ref.hasPrefix("refs/pull/") {
            let place = ref.hasPrefix("refs/tags/") ? ref : "refs/remotes/pull/" + ref.dropFirst("refs/pull/".count)
            wanted = "+\(source.commit):\(place)"
        }
        let limit = depth > 0 ? ["--depth=\(depth)"] : []
        try await git(base + limit + ["--no-tags", project.root, wanted])
        if fetchesTags, depth > 0 {
            try await git(base + limit + [project.root, "+refs/tags/*:refs/tags/*"])
        }
    }

    private func placeFiles() async throws {
        if let branch {
            try await git(["update-ref", "refs/heads/\(branch)", source.commit])
            try await git(["symbolic-ref", "HEAD", "refs/heads/\(branch)"])
            try await git(["config", "branch.\(branch).remote", "origin"])
            try await git(["config", "branch.\(branch).merge", "refs/heads/\(branch)"])
        } else {
            try await git(["update-ref", "--no-deref", "HEAD", source.commit])
        }
        if !sparse.isEmpty {
            try await git(["sparse-checkout", "set", isConeMode ? "--cone" : "--no-cone"] + sparse)
        }
        // Objects of local changes are not in the project's repository: git finds them by these variables, and the
        // workspace needs none of them afterwards.
        var environment: [String: String] = [:]
        if let objects = source.objects {
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = "\(objects):\(project.objects)"
        }
        try await git(["read-tree", "--reset", "-u", source.tree], adding: environment)
        let entries = try await tools.require(
            "git",
            ["ls-tree", "-r", "-z", "--full-tree", source.tree],
            in: target,
            adding: environment
        )
        try CheckoutRecord(at: record).settle(entries: entries, in: target)
        if source.isDirty { try await git(["read-tree", "HEAD"]) }
        // The index must know the times that were just set, or every `git status` would read all files again. It says
        // "needs update" with status 1 where there are local changes.
        _ = try await tools.run("git", ["update-index", "-q", "--refresh"], in: target)
    }
}

/// Remembers the modification time that each version of a file got.
///
/// A file whose content and mode are those of the last run in this workspace keeps its old time, so that build tools
/// see only what really changed.
struct CheckoutRecord {
    private let path: String

    init(at path: String) { self.path = path }

    /// Sets the times of all files in the folder and remembers them; the entries are what `git ls-tree -r -z` prints.
    func settle(entries: String, in folder: String) throws {
        let known = read()
        var lines: [String] = []
        for entry in entries.split(separator: "\0") {
            guard let tab = entry.firstIndex(of: "\t") else { continue }
            let version = String(entry[..<tab])
            let name = String(entry[entry.index(after: tab)...])
            let file = "\(folder)/\(name)"
            guard let current = FileTime.modified(file) else { continue }
            var time = current
            if let old = known[name], old.version == version, FileTime.setModified(file, nanoseconds: old.time) {
                time = old.time
            }
            lines.append("\(time) \(version)\t\(name)")
        }
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(lines.joined(separator: "\0").utf8).write(to: URL(filePath: path), options: .atomic)
    }

    private func read() -> [String: (version: String, time: Int64)] {
        guard let data = FileManager.default.contents(atPath: path) else { return [:] }
        var result: [String: (version: String, time: Int64)] = [:]
        for line in String(decoding: data, as: UTF8.self).split(separator: "\0") {
            guard let space = line.firstIndex(of: " "), let tab = line.firstIndex(of: "\t"),
                let time = Int64(line[..<space])
            else { continue }
            result[String(line[line.index(after: tab)...])] = (String(line[line.index(after: space)..<tab]), time)
        }
        return result
    }
}
