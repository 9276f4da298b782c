import Foundation

/// `actions/upload-artifact`, version 4 and later.
struct UploadArtifactAction: BuiltInAction {
    let inputs = [
        "name": "artifact", "path": "", "if-no-files-found": "warn", "retention-days": "", "compression-level": "6",
        "overwrite": "false", "include-hidden-files": "false",
    ]

    func main(_ call: ActionCall) async throws {
        let name = call.input("name")
        try ArtifactNames.check(name: name)
        guard !call.input("path").isEmpty else { throw StepFailure("Input required and not supplied: path") }
        let missing = call.input("if-no-files-found")
        guard ["warn", "error", "ignore"].contains(missing) else {
            throw StepFailure(
                "Unrecognized if-no-files-found input. Provided: \(missing). Available options: warn,error,ignore"
            )
        }
        let retention = call.input("retention-days")
        guard retention.isEmpty || Int(retention) != nil else { throw StepFailure("Invalid retention-days") }
        guard let level = Int(call.input("compression-level")), (0...9).contains(level) else {
            throw StepFailure("Invalid compression-level. Valid values are 0-9")
        }
        let isHiddenIncluded = try call.flag("include-hidden-files")
        let (files, root) = try find(call, includesHidden: isHiddenIncluded)
        guard !files.isEmpty else {
            let message =
                "No files were found with the provided path: \(call.input("path")). No artifacts will be uploaded."
            switch missing {
            case "error": throw StepFailure(message)
            case "warn": call.warning(message)
            default: call.info(message)
            }
            return
        }
        let placed = try files.map { file in
            let path = String(file.dropFirst(root == "/" ? 1 : root.count + 1))
            try ArtifactNames.check(path: path)
            return (source: file, path: path)
        }
        call.info("With the provided path, there will be \(files.count) file\(files.count == 1 ? "" : "s") uploaded")
        let store = call.run.artifacts
        if let old = try store.artifact(named: name) {
            guard try call.flag("overwrite") else {
                throw StepFailure(
                    "Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: "
                        + "an artifact with this name already exists on the workflow run"
                )
            }
            try store.remove(old)
            call.info("Artifact '\(name)' (ID: \(old.id)) deleted")
        }
        let artifact = try store.store(placed, name: name, job: call.jobKey)
        call.info("Artifact \(name) has been successfully uploaded! Final size is \(artifact.size) bytes.")
        call.setOutput("artifact-id", String(artifact.id))
        call.setOutput("artifact-digest", artifact.digest)
        call.setOutput("artifact-url", store.content(of: artifact).absoluteString)
    }

    /// The files, and the folder that their places in the artifact are relative to.
    private func find(_ call: ActionCall, includesHidden: Bool) throws -> (files: [String], root: String) {
        var options = FileSearch.Options()
        options.includesHiddenFiles = includesHidden
        let search = FileSearch(call.input("path"), root: call.workspace, home: call.home, options: options)
        let files = try search.files()
        let paths = search.patterns.filter { !$0.isNegated && !$0.isImplicit }.map(\.searchPath)
        if paths.count > 1 {
            let root = Self.commonAncestor(paths)
            call.info("The least common ancestor is \(root). This will be the root directory of the artifact")
            return (files, root)
        }
        let root = paths.first ?? call.workspace
        if files == [root] { return (files, URL(filePath: root).deletingLastPathComponent().path) }
        return (files, root)
    }

    private static func commonAncestor(_ paths: [String]) -> String {
        var common = paths.first.map { $0.split(separator: "/") } ?? []
        for path in paths.dropFirst() {
            common = zip(common, path.split(separator: "/")).prefix { $0 == $1 }.map(\.0)
        }
        // Of a single file named twice the folder is meant.
        let root = "/" + common.joined(separator: "/")
        var information = stat()
        if stat(root, &information) == 0, information.st_mode & S_IFMT != S_IFDIR {
            return URL(filePath: root).deletingLastPathComponent().path
        }
        return root
    }
}
