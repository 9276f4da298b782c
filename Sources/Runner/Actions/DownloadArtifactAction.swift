import Core
import Foundation
import Journal

/// `actions/download-artifact`, version 4 and later.
struct DownloadArtifactAction: BuiltInAction {
    let inputs = [
        "name": "", "artifact-ids": "", "path": "", "pattern": "", "merge-multiple": "false", "github-token": "",
        "repository": "", "run-id": "",
    ]

    func main(_ call: ActionCall) async throws {
        let name = call.input("name")
        let ids = call.input("artifact-ids")
        guard name.isEmpty || ids.isEmpty else {
            throw StepFailure("Inputs 'name' and 'artifact-ids' cannot be used together. Please specify only one.")
        }
        let repository = call.input("repository")
        guard repository.isEmpty || repository.lowercased() == call.run.identity.fullName.lowercased() else {
            throw StepFailure("Artifacts of another repository (\(repository)) are not on this machine")
        }
        let store = try await store(call)
        let target = Self.resolve(call.input("path"), call)
        let isMerged = try call.flag("merge-multiple")
        let wanted = try select(store, call)
        if wanted.isEmpty, name.isEmpty, ids.isEmpty {
            call.warning("No artifacts found")
        }
        call.info("Preparing to download the following artifacts:")
        for artifact in wanted {
            call.info(
                "- \(artifact.name) (ID: \(artifact.id), Size: \(artifact.size), Digest: sha256:\(artifact.digest))"
            )
        }
        // One artifact by name or id goes straight into the folder; several get a folder each.
        let isDirect = isMerged || !name.isEmpty || (!ids.isEmpty && wanted.count == 1)
        for artifact in wanted {
            let place = isDirect ? target : "\(target)/\(artifact.name)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try await FolderCopy(tools: call.tools).copy(store.content(of: artifact).path, to: place)
        }
        call.info("Total of \(wanted.count) artifact(s) downloaded")
        call.setOutput("download-path", target)
        call.info("Download artifact has finished successfully")
    }

    private func store(_ call: ActionCall) async throws -> ArtifactStore {
        let id = call.input("run-id")
        if id.isEmpty || id == call.run.record.id { return call.run.artifacts }
        guard let other = try await call.run.journal.run(matching: id) else {
            throw StepFailure("Run \(id) is not in the journal of this machine")
        }
        let folder = call.run.layout.state.url.appending(path: other.directory).appending(path: "artifacts")
        return ArtifactStore(folder: folder, masker: call.run.masker)
    }

    private func select(_ store: ArtifactStore, _ call: ActionCall) throws -> [ArtifactStore.Artifact] {
        let all = try store.all()
        let name = call.input("name")
        if !name.isEmpty {
            guard let artifact = all.last(where: { $0.name == store.shown(name) }) else {
                throw StepFailure("Unable to download artifact(s): Artifact not found for name: \(name)")
            }
            return [artifact]
        }
        let ids = call.input("artifact-ids").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if !ids.isEmpty {
            return try ids.filter { !$0.isEmpty }.map { text in
                guard let id = Int(text) else {
                    throw StepFailure("Invalid artifact ID: '\(text)'. Must be a number.")
                }
                guard let artifact = all.first(where: { $0.id == id }) else {
                    throw StepFailure("None of the provided artifact IDs were found: \(id)")
                }
                return artifact
            }
        }
        let pattern = call.input("pattern")
        if pattern.isEmpty { return all }
        return all.filter { NamePattern.matches(pattern, $0.name) }
    }

    private static func resolve(_ path: String, _ call: ActionCall) -> String {
        if path.isEmpty { return call.workspace }
        let expanded = path == "~" || path.hasPrefix("~/") ? call.home + path.dropFirst() : path
        let absolute = expanded.hasPrefix("/") ? expanded : "\(call.workspace)/\(expanded)"
        return URL(filePath: absolute).standardizedFileURL.path
    }
}

/// A name against a pattern with `*`, `?`, `[…]` and `{a,b}`.
enum NamePattern {
    static func matches(_ pattern: String, _ name: String) -> Bool {
        alternatives(pattern).contains { alternative in
            PathPattern("/" + alternative, root: "/", home: "/").match([name]) == .all
        }
    }

    /// The patterns that braces stand for.
    private static func alternatives(_ pattern: String) -> [String] {
        guard let match = pattern.firstMatch(of: /\{([^{}]*,[^{}]*)\}/) else { return [pattern] }
        return match.1.split(separator: ",", omittingEmptySubsequences: false).flatMap { part in
            alternatives(pattern.replacingCharacters(in: match.range, with: part))
        }
    }
}
