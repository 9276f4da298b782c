import ArgumentParser
import Core
import Delivery
import Foundation
import Journal

/// What a shell offers for a value. Whatever cannot be read is offered nothing: a completion never fails, and never makes
/// a file.
extension CompletionKind {
    /// Environments of `slipway.yml`.
    static var environments: CompletionKind {
        .custom { _, _, prefix in
            let folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
            let root = StateDirectory.projectRoot(from: folder) ?? folder
            let names = (try? DeliveryFileReader.read(folder: root))?.environments.map(\.name) ?? []
            return names.filter { $0.hasPrefix(prefix) }
        }
    }

    /// The last runs, the newest first.
    static var runs: CompletionKind {
        .custom { (_, _, prefix) async in
            let file = StateDirectory.locate().journal
            guard FileManager.default.fileExists(atPath: file.path), let journal = try? Journal(at: file) else {
                return []
            }
            let ids = (try? await journal.runs(limit: 20))?.map(\.id) ?? []
            return (["latest"] + ids).filter { $0.hasPrefix(prefix) }
        }
    }

    /// The project's workflow files.
    static var workflows: CompletionKind {
        .custom { _, _, prefix in
            let folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
            let root = StateDirectory.projectRoot(from: folder) ?? folder
            let workflows = root.appending(path: ".github/workflows").path
            let files = (try? FileManager.default.contentsOfDirectory(atPath: workflows)) ?? []
            return files.filter { ($0.hasSuffix(".yml") || $0.hasSuffix(".yaml")) && $0.hasPrefix(prefix) }.sorted()
        }
    }
}
