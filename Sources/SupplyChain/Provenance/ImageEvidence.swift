import Core
import Foundation
import Images

/// What is signed about an image, wherever it was found. Nothing of it has been verified yet.
package struct ImageEvidence: Sendable {
    package let image: Digest
    private(set) var envelopes: [SignedEnvelope] = []
    private(set) var claims: [(payload: Data, signature: Data)] = []

    /// More attachments than this are not looked at: anybody who may push can add some.
    private static let limit = 100
    private static let sizeLimit: Int64 = 4 << 20

    /// What the store has beside the image.
    package init(of image: Digest, in store: ImageStore) throws {
        self.image = image
        for attachment in try store.attachments(of: image) { add(try store.document(attachment.digest), store) }
    }

    /// What a registry has beside the image: referrers, and cosign's tags.
    ///
    /// - Parameters:
    ///   - image: The image's digest.
    ///   - reference: Its repository.
    ///   - client: Asks the registry.
    ///   - store: Where what was fetched is kept meanwhile.
    /// - Throws: `SlipwayError` where the registry cannot be asked.
    package init(
        of image: Digest,
        at reference: ImageReference,
        client: RegistryClient,
        store: ImageStore
    ) async throws {
        self.image = image
        var manifests: [RegistryClient.RemoteManifest] = []
        for referrer in try await client.referrers(of: image, in: reference).prefix(Self.limit)
        where referrer.artifactType == SignedEnvelope.mediaType {
            let pinned = reference.pinned(to: referrer.digest)
            if let manifest = try await client.manifestIfPresent(pinned) { manifests.append(manifest) }
        }
        for suffix in ["att", "sig"] {
            let tagged = try reference.tagged(CosignLayout.tag(image, suffix))
            if let manifest = try await client.manifestIfPresent(tagged) { manifests.append(manifest) }
        }
        for manifest in manifests where !manifest.isIndex {
            let parsed = try ImageManifest(parsing: manifest.data)
            guard parsed.layers.count <= Self.limit, parsed.layers.allSatisfy({ $0.size <= Self.sizeLimit }) else {
                continue
            }
            let pinned = reference.pinned(to: manifest.descriptor.digest)
            _ = try await client.pull(pinned, into: store, platform: nil)
            add(manifest.data, store)
        }
    }

    /// Takes what can be read; what cannot proves nothing, and must not hide the rest.
    private mutating func add(_ manifest: Data, _ store: ImageStore) {
        guard let layers = try? ImageManifest(parsing: manifest).layers else { return }
        for layer in layers.prefix(Self.limit) {
            switch layer.mediaType {
            case SignedEnvelope.mediaType:
                guard let data = try? store.document(layer.digest), let envelope = try? SignedEnvelope(parsing: data),
                    !envelopes.contains(envelope)
                else { continue }
                envelopes.append(envelope)
            case CosignLayout.signatureType:
                guard let payload = try? store.document(layer.digest),
                    let text = layer.annotations[CosignLayout.signatureAnnotation],
                    let signature = Data(base64Encoded: text)
                else { continue }
                claims.append((payload, signature))
            default: continue
            }
        }
    }
}
