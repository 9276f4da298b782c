import Delivery
import Foundation
import Runner

/// Asks `slipway.yml` which environments need an approval. Without that file none does.
struct DeliveryEnvironments: EnvironmentPolicy {
    let root: String

    func needsApproval(environment: String) async throws -> Bool {
        let folder = URL(filePath: root, directoryHint: .isDirectory)
        guard FileManager.default.fileExists(atPath: folder.appending(path: DeliveryFileReader.fileName).path) else {
            return false
        }
        let file = try DeliveryFileReader.read(folder: folder)
        return file.environments.first { $0.name == environment }?.approval != nil
    }
}
