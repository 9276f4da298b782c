import Core
import Delivery
import Foundation
import Images
import SupplyChain

/// Admits images by what is signed about them, here or in their registry.
struct SignedImageAdmission: AdmissionPolicy {
    let store: ImageStore

    func admit(_ reference: String, by rule: AdmissionRule, folder: URL) async throws -> [String] {
        let image = try ImageReference(parsing: reference, defaultRegistry: "localhost")
        let keys = try rule.keys.map { key in
            let isAbsolute = key.text.hasPrefix("/") || key.text.hasPrefix("env://")
            return try VerificationKey(
                at: isAbsolute ? key.text : folder.appending(path: key.text).path,
                environment: ProcessInfo.processInfo.environment
            )
        }
        let policy = VerificationPolicy(
            keys: keys,
            repository: rule.repository,
            needsScan: rule.scan,
            maximumAge: rule.maximumAge,
            maximumScanAge: rule.maximumScanAge
        )
        let evidence = try await EvidenceFinder(store: store).find(image)
        return try ImageVerifier(policy: policy, now: .now).verify(evidence).lines
    }
}

/// Finds what is signed about an image: in its registry where it has one, else in the store.
struct EvidenceFinder {
    let store: ImageStore
    var options = RegistryClient.Options()

    func find(_ reference: ImageReference) async throws -> ImageEvidence {
        if reference.registry == "localhost" {
            guard let descriptor = try store.resolve(reference) else {
                throw SlipwayError(.invalidInput, "There is no image \(reference) in \(store.directory.path)")
            }
            return try ImageEvidence(of: descriptor.digest, in: store)
        }
        // What somebody's registry holds does not belong among the images of this machine before it is verified.
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-verify-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await RegistryClient.withClient(options) { client in
            let digest: Digest
            if let pinned = reference.digest {
                digest = pinned
            } else {
                digest = try await client.manifest(reference).descriptor.digest
            }
            return try await ImageEvidence(
                of: digest,
                at: reference,
                client: client,
                store: ImageStore(directory: folder)
            )
        }
    }
}
