import Core
import Foundation
import Kubernetes

/// Renders a kustomization, as `kubectl kustomize` does.
///
/// What kustomize passes over in silence is an error here: fields it does not know, and patches, images and replicas
/// that match nothing.
package enum Kustomization {
    private static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    package static func isPresent(in folder: URL) -> Bool {
        fileNames.contains { FileManager.default.fileExists(atPath: folder.appending(path: $0).path) }
    }

    /// The objects of a folder with a `kustomization.yaml`, in the order in which kubectl prints them.
    ///
    /// - Throws: `DiagnosticsError` or `SlipwayError` (invalid input) saying what is wrong where.
    package static func render(_ folder: URL) throws -> [KubernetesObject] {
        var renderer = KustomizationRenderer(root: folder)
        return try renderer.render()
    }

    /// The one kustomization file of a folder.
    static func file(in folder: URL, named name: String) throws -> URL {
        let found = fileNames.map { folder.appending(path: $0) }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
        guard let first = found.first else {
            throw SlipwayError(
                .invalidInput,
                "There is no kustomization.yaml in \(name)",
                next: "Create one that lists the manifests under resources:."
            )
        }
        guard found.count == 1 else {
            throw SlipwayError(
                .invalidInput,
                "\(name) has \(found.count) kustomization files",
                why: found.map(\.lastPathComponent).joined(separator: ", "),
                next: "Keep one."
            )
        }
        return first
    }
}
