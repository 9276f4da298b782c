import Core
import Delivery
import Foundation
import Runner

/// The environments that `slipway.yml` and `.slipway/environments.yml` describe: an approval that either asks for is
/// asked for, all else is in the second.
struct DeliveryEnvironments: EnvironmentPolicy {
    let root: String
    let state: StateDirectory

    func rules(for environment: String) async throws -> EnvironmentRules {
        var rules = try EnvironmentsFile(in: state).rules(for: environment)
        let folder = URL(filePath: root, directoryHint: .isDirectory)
        guard FileManager.default.fileExists(atPath: folder.appending(path: DeliveryFileReader.fileName).path) else {
            return rules
        }
        let file = try DeliveryFileReader.read(folder: folder)
        if file.environments.first(where: { $0.name == environment })?.approval != nil { rules.needsApproval = true }
        return rules
    }
}
