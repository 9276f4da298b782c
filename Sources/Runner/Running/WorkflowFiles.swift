import Core
import Foundation
import Workflows

/// The workflow files of a repository.
struct WorkflowFiles: Sendable {
    let root: String

    /// `.github/workflows/*.yml` and `*.yaml`, relative to the repository, sorted.
    var all: [String] {
        let folder = ".github/workflows"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.filter { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
    }

    /// The file that a user names: a path, a file name with or without its ending, or the workflow's own name.
    ///
    /// A relative path is looked for in the folder, then in the repository. Throws `SlipwayError` (`.invalidInput`) where
    /// there is no such workflow, or more than one of that name.
    func find(_ name: String, from folder: String) throws -> String {
        for base in [folder, root] {
            let path = URL(filePath: name.hasPrefix("/") ? name : "\(base)/\(name)").standardizedFileURL.path
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
                return path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
            }
        }
        let byFile = all.filter { file in
            let url = URL(filePath: file)
            return url.lastPathComponent == name || url.deletingPathExtension().lastPathComponent == name
        }
        if let found = byFile.first { return found }
        let byName = try all.filter { try parse($0).model?.name?.value == name }
        guard let found = byName.first, byName.count == 1 else {
            let candidates = all.map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
            throw SlipwayError(
                .invalidInput,
                byName.isEmpty
                    ? "There is no workflow \"\(name)\""
                    : "Several workflows are named \"\(name)\": \(byName.joined(separator: ", "))",
                next: Suggestion.help(for: name, in: candidates)
            )
        }
        return found
    }

    /// The workflow as the source has it; a file that is in no commit, or outside the repository, as it is on disk.
    func parse(_ file: String, from source: SourceReader, isCommittedOnly: Bool) async throws -> Parsed<Workflow> {
        if file.hasPrefix("/") { return try parse(file) }
        if let text = try await source.text(file) { return WorkflowParser.parse(text, path: file) }
        guard !isCommittedOnly else {
            throw SlipwayError(
                .invalidInput,
                "The workflow \(file) is not part of commit \(source.source.commit.prefix(12))",
                next: "Commit it, or run with local changes."
            )
        }
        return try parse(file)
    }

    /// Reads a file, relative to the repository or absolute; throws `SlipwayError` (`.invalidInput`) where it cannot.
    func parse(_ file: String) throws -> Parsed<Workflow> {
        let path = file.hasPrefix("/") ? file : "\(root)/\(file)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SlipwayError(.invalidInput, "Cannot read the workflow \(path)")
        }
        return WorkflowParser.parse(String(decoding: data, as: UTF8.self), path: file)
    }
}
