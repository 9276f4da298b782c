import Core
import Foundation
import Kubernetes
import Manifests

/// Reads an environment's manifests: a kustomization, or a folder of YAML and JSON files.
struct ManifestSource {
    /// The folder that paths in slipway.yml are relative to.
    let folder: URL

    func objects(of environment: EnvironmentSettings) throws -> [KubernetesObject] {
        let directory = folder.appending(path: environment.manifests.text)
        let names = (try FileManager.default.contentsOfDirectory(atPath: directory.path)).sorted()
        return try names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.flatMap { name in
            let text = try String(contentsOf: directory.appending(path: name), encoding: .utf8)
            return try YAMLParser.documents(text, file: name).map { KubernetesObject($0.json) }
        }
    }
}
