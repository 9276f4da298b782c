import Core
import Foundation
import Kubernetes

/// Manifests wherever they are: a kustomization, a folder of files, or one file.
package enum ManifestSource {
    /// - Throws: `DiagnosticsError` or `SlipwayError` (invalid input) saying what is wrong where.
    package static func load(_ url: URL) throws -> [KubernetesObject] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
            throw SlipwayError(.invalidInput, "There are no manifests at \(url.path)")
        }
        guard isFolder.boolValue else { return try ManifestReader.read(file: url).map(\.object) }
        if Kustomization.isPresent(in: url) { return try Kustomization.render(url) }
        let objects = try ManifestReader.read(folder: url).map(\.object)
        guard !objects.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "The folder \(url.path) holds no manifests",
                next: "Put a kustomization.yaml, or .yaml, .yml or .json files, into it."
            )
        }
        return objects
    }
}
