import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1

extension RegistryClient {
    /// A manifest or index as the registry has it: its bytes are never changed, or its digest would be another.
    package struct RemoteManifest: Sendable {
        package let descriptor: Descriptor
        package let data: Data

        package var isIndex: Bool { MediaType.isIndex(descriptor.mediaType) }
    }

    /// Gets a manifest or index by tag or digest, and checks its digest.
    ///
    /// - Throws: `SlipwayError` where there is none, or where it is not what its digest says.
    package func manifest(_ reference: ImageReference) async throws -> RemoteManifest {
        let response = try await getManifest(reference)
        guard response.status == .ok else {
            throw await failure(response, "Cannot get the image \(reference)", address(reference))
        }
        return try await read(response, reference)
    }

    /// The same, and nil where there is none.
    package func manifestIfPresent(_ reference: ImageReference) async throws -> RemoteManifest? {
        let response = try await getManifest(reference)
        if response.status == .notFound {
            try await transport.discard(response)
            return nil
        }
        guard response.status == .ok else {
            throw await failure(response, "Cannot get the image \(reference)", address(reference))
        }
        return try await read(response, reference)
    }

    private func getManifest(_ reference: ImageReference) async throws -> HTTPClientResponse {
        let address = address(reference)
        let name = reference.digest?.description ?? reference.effectiveTag ?? "latest"
        let request = RegistryRequest(
            url: try address.manifest(name),
            headers: MediaType.manifests.map { ("Accept", $0) },
            scopes: address.scopes("pull")
        )
        return try await transport.send(request, registry: address.registry)
    }

    private func read(_ response: HTTPClientResponse, _ reference: ImageReference) async throws -> RemoteManifest {
        let data = try await document(response, "The manifest of \(reference)")
        let stated = try response.headers.first(name: "Docker-Content-Digest").map(Digest.init(parsing:))
        let expected = reference.digest ?? stated
        var hasher = DigestHasher(expected?.algorithm ?? .sha256)
        data.withUnsafeBytes { hasher.update($0) }
        let actual = hasher.digest()
        if let expected, expected != actual {
            throw SlipwayError(
                .external,
                "The manifest of \(reference) is not what the registry says it is",
                why: "Its digest is \(actual) and not \(expected)."
            )
        }
        let json = try JSON(parsing: data)
        let type =
            json["mediaType"]?.string ?? response.headers.first(name: "Content-Type")
            ?? (json["manifests"] == nil ? MediaType.manifest : MediaType.index)
        guard MediaType.manifests.contains(type) else {
            throw SlipwayError(
                .external,
                "\(reference) is not an image that Slipway knows",
                why: "Its media type is \(type).",
                next: "Docker's schema 1 and other old formats have to be built or pushed again."
            )
        }
        return RemoteManifest(
            descriptor: Descriptor(
                mediaType: type,
                digest: actual,
                size: Int64(data.count),
                artifactType: json["artifactType"]?.string
            ),
            data: data
        )
    }

    /// A small answer, read whole; one that is too large is not read to its end.
    func document(_ response: HTTPClientResponse, _ what: String) async throws -> Data {
        do {
            let body = try await response.body.collect(upTo: ImageStore.documentLimit)
            return Data(body.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw SlipwayError(
                .external,
                "\(what) is refused",
                why: "It is larger than \(ImageStore.documentLimit) bytes."
            )
        } catch let error where RetryPolicy.isTransient(error) {
            throw SlipwayError(.external, "\(what) did not arrive", why: "\(error)", next: "Run the command again.")
        }
    }

    /// Whether the registry has a manifest.
    func hasManifest(_ digest: Digest, _ address: RegistryAddress) async throws -> Bool {
        let request = RegistryRequest(
            method: .HEAD,
            url: try address.manifest(digest.description),
            headers: MediaType.manifests.map { ("Accept", $0) },
            scopes: address.scopes("pull,push")
        )
        let response = try await transport.send(request, registry: address.registry)
        try await transport.discard(response)
        return response.status == .ok
    }

    /// Sends a manifest under a tag or its digest.
    ///
    /// - Returns: Whether the registry has noted the manifest's subject (`OCI-Subject`).
    @discardableResult
    func putManifest(
        _ data: Data,
        _ image: Descriptor,
        as name: String,
        _ address: RegistryAddress
    ) async throws -> Bool {
        let type = try JSON(parsing: data)["mediaType"]?.string ?? image.mediaType
        let request = RegistryRequest(
            method: .PUT,
            url: try address.manifest(name),
            headers: [("Content-Type", type)],
            body: .bytes(Array(data)),
            scopes: address.scopes("pull,push")
        )
        let response = try await transport.send(request, registry: address.registry)
        guard response.status == .created || response.status == .ok else {
            throw await failure(response, "Cannot send the manifest \(name) to \(address.name)", address)
        }
        try await transport.discard(response)
        if let stated = response.headers.first(name: "Docker-Content-Digest"), stated != image.digest.description {
            throw SlipwayError(
                .external,
                "The registry \(address.registry) stored something else than it was sent",
                why: "It says \(stated) instead of \(image.digest)."
            )
        }
        return response.headers.contains(name: "OCI-Subject")
    }
}
