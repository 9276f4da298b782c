import AsyncHTTPClient
import Core
import Foundation
import NIOHTTP1

extension RegistryClient {
    /// What refers to an image: signatures, attestations, reports (OCI distribution 1.1, "Listing Referrers").
    ///
    /// A registry without that API has them in an index under the tag `sha256-HEX`.
    ///
    /// - Parameters:
    ///   - digest: The image.
    ///   - reference: Its repository.
    ///   - artifactType: Lists this kind only.
    /// - Returns: Their manifests' descriptors; none where the registry knows none.
    /// - Throws: `SlipwayError` where the registry cannot be asked.
    package func referrers(
        of digest: Digest,
        in reference: ImageReference,
        artifactType: String? = nil
    ) async throws -> [Descriptor] {
        let address = address(reference)
        var found: [Descriptor] = []
        var page: URL? = try address.url(
            "referrers/\(digest)",
            query: artifactType.map { [URLQueryItem(name: "artifactType", value: $0)] } ?? []
        )
        var pages = 0
        while let url = page {
            pages += 1
            let request = RegistryRequest(
                url: url,
                headers: [("Accept", MediaType.index)],
                scopes: address.scopes("pull")
            )
            let response = try await transport.send(request, registry: address.registry)
            if response.status == .notFound, pages == 1 {
                try await transport.discard(response)
                return try await listedReferrers(of: digest, reference).filter { $0.isOf(artifactType) }
            }
            guard response.status == .ok else {
                throw await failure(response, "Cannot ask what refers to \(digest)", address)
            }
            found += try ImageIndex(parsing: try await document(response, "The list of referrers of \(digest)"))
                .manifests
            page = try nextPage(response, url, pages)
        }
        // A registry need not filter, and says so only by a header.
        return found.filter { $0.isOf(artifactType) }
    }

    private func listedReferrers(of digest: Digest, _ reference: ImageReference) async throws -> [Descriptor] {
        guard let list = try await manifestIfPresent(try reference.tagged(Self.fallbackTag(of: digest))), list.isIndex
        else { return [] }
        return try ImageIndex(parsing: list.data).manifests
    }

    static func fallbackTag(of digest: Digest) -> String { "\(digest.algorithm.rawValue)-\(digest.hex.prefix(64))" }

    /// Adds a manifest to the list that older registries keep under a tag.
    func listReferrer(
        _ referrer: Descriptor,
        _ manifest: ImageManifest,
        of subject: Digest,
        _ address: RegistryAddress
    ) async throws {
        let tag = Self.fallbackTag(of: subject)
        let reference = try address.reference.tagged(tag)
        let known = try await manifestIfPresent(reference)
        var index = try known.map { try ImageIndex(parsing: $0.data) } ?? ImageIndex(manifests: [])
        guard !index.manifests.contains(where: { $0.digest == referrer.digest }) else { return }
        index.manifests.append(
            Descriptor(
                mediaType: referrer.mediaType,
                digest: referrer.digest,
                size: referrer.size,
                annotations: manifest.annotations,
                artifactType: manifest.artifactType ?? manifest.config.mediaType
            )
        )
        let data = index.json.data()
        let descriptor = Descriptor(mediaType: MediaType.index, digest: Digest.of(data), size: Int64(data.count))
        try await putManifest(data, descriptor, as: tag, address)
    }
}

extension Descriptor {
    fileprivate func isOf(_ type: String?) -> Bool { type == nil || artifactType == type }
}

extension ImagePush {
    /// Sends something that refers to an image, and where it has a tag of its own by cosign's convention, that tag.
    func attach(_ attachment: Descriptor) async throws -> RegistryClient.PushResult {
        let result = try await send(attachment)
        if let tag = attachment.annotations[ImageStore.attachmentTag] {
            try await client.putManifest(store.document(attachment.digest), attachment, as: tag, address)
        }
        return result
    }
}
