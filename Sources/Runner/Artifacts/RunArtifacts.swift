import Core
import Foundation
import Journal

/// The artifacts of a run, for people: `slipway artifacts`.
package struct RunArtifacts: Sendable {
    package struct Item: Sendable {
        package let name: String
        package let job: String
        package let files: Int
        /// Bytes.
        package let size: Int64
        /// SHA-256 over names and contents.
        package let digest: String
        package let folder: URL
    }

    package let items: [Item]

    /// - Throws: where the description of an artifact is damaged.
    package init(_ run: RunRecord, in state: StateDirectory) throws {
        let store = ArtifactStore(folder: state.url.appending(path: run.directory).appending(path: "artifacts"))
        items = try store.all().map { artifact in
            Item(
                name: artifact.name,
                job: artifact.job,
                files: artifact.files,
                size: artifact.size,
                digest: artifact.digest,
                folder: store.content(of: artifact)
            )
        }
    }

    /// - Throws: `SlipwayError` (`.invalidInput`) where there is none of that name.
    package func item(named name: String, run: RunRecord) throws -> Item {
        if let item = items.last(where: { $0.name == name }) { return item }
        throw SlipwayError(
            .invalidInput,
            "Run \(run.id) has no artifact \"\(name)\"",
            next: Suggestion.help(for: name, in: items.map(\.name))
        )
    }

    /// Copies an artifact's files into a folder, which is made where missing; a file that is there is never replaced.
    ///
    /// - Returns: the files, relative to the folder.
    /// - Throws: `SlipwayError` (`.invalidInput`) where one is there already, `.external` where it cannot be written.
    package static func extract(_ item: Item, to target: URL) throws -> [String] {
        let files = FileManager.default
        let names = (files.enumerator(atPath: item.folder.path)?.compactMap { $0 as? String } ?? []).sorted()
        let taken = names.filter { name in
            var isFolder: ObjCBool = false
            return files.fileExists(atPath: item.folder.appending(path: name).path, isDirectory: &isFolder)
                && !isFolder.boolValue && files.fileExists(atPath: target.appending(path: name).path)
        }
        if let first = taken.first {
            throw SlipwayError(
                .invalidInput,
                "\(target.appending(path: first).path) exists already",
                next: "Extract into another folder."
            )
        }
        do {
            try files.createDirectory(at: target, withIntermediateDirectories: true)
            var written: [String] = []
            for name in names {
                let source = item.folder.appending(path: name)
                var isFolder: ObjCBool = false
                _ = files.fileExists(atPath: source.path, isDirectory: &isFolder)
                if isFolder.boolValue {
                    try files.createDirectory(at: target.appending(path: name), withIntermediateDirectories: true)
                } else {
                    try files.copyItem(at: source, to: target.appending(path: name))
                    written.append(name)
                }
            }
            return written
        } catch let error as CocoaError {
            throw SlipwayError(.external, "Cannot write to \(target.path)", why: error.localizedDescription)
        }
    }
}
