import Core
import Foundation

extension RegistryClient {
    /// What an image is, without its layers.
    package struct RemoteImage: Sendable {
        /// What the reference means: a manifest or an index.
        package let descriptor: Descriptor
        package let manifest: ImageManifest
        /// The digest of `manifest`.
        package let digest: Digest
        package let config: ImageConfig
    }

    /// Looks at an image in a registry; only its manifest and configuration are read.
    ///
    /// - Parameters:
    ///   - reference: The image.
    ///   - platform: Of an index, the one to look at.
    /// - Returns: The image as it is there.
    /// - Throws: `SlipwayError` where there is none, or where it is not built for the platform.
    package func image(_ reference: ImageReference, platform: Platform = .current) async throws -> RemoteImage {
        let named = try await manifest(reference)
        var remote = named
        for _ in 0..<4 where remote.isIndex {
            let index = try ImageIndex(parsing: remote.data)
            guard let chosen = index.manifest(for: platform) else {
                let there = index.manifests.compactMap { $0.platform?.description }.joined(separator: ", ")
                throw SlipwayError(
                    .external,
                    "\(reference) is not built for \(platform)",
                    why: "It is built for: \(there)."
                )
            }
            remote = try await manifest(reference.pinned(to: chosen.digest))
        }
        let parsed = try ImageManifest(parsing: remote.data)
        let data = try await smallBlob(parsed.config, of: reference)
        return RemoteImage(
            descriptor: named.descriptor,
            manifest: parsed,
            digest: remote.descriptor.digest,
            config: try ImageConfig(parsing: data)
        )
    }

    /// A blob that is read whole, such as a configuration; verified.
    private func smallBlob(_ blob: Descriptor, of reference: ImageReference) async throws -> Data {
        let address = address(reference)
        let request = RegistryRequest(url: try address.blob(blob.digest), scopes: address.scopes("pull"))
        let response = try await transport.send(request, registry: address.registry)
        guard response.status == .ok else {
            throw await failure(response, "Cannot get the blob \(blob.digest) of \(reference)", address)
        }
        let data = try await document(response, "The configuration of \(reference)")
        var hasher = DigestHasher(blob.digest.algorithm)
        data.withUnsafeBytes { hasher.update($0) }
        guard hasher.digest() == blob.digest else {
            throw SlipwayError(
                .external,
                "The registry's blob \(blob.digest) is damaged",
                why: "Its digest is \(hasher.digest())."
            )
        }
        return data
    }
}
