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
    }

    /// Gets a manifest or index by tag or digest, and checks its digest.
    ///
    /// - Throws: `SlipwayError` where there is none, or where it is not what its digest says.
    package func manifest(_ reference: ImageReference) async throws -> RemoteManifest {
        let address = address(reference)
        let name = reference.digest?.description ?? reference.effectiveTag ?? "latest"
        let request = RegistryRequest(
            url: try address.manifest(name),
            headers: MediaType.manifests.map { ("Accept", $0) },
            scopes: address.scopes("pull")
        )
        let response = try await transport.send(request, registry: address.registry)
        guard response.status == .ok else {
            throw await failure(response, "Cannot get the image \(reference)", address)
        }
        let body: ByteBuffer
        do {
            body = try await response.body.collect(upTo: ImageStore.documentLimit)
        } catch is NIOTooManyBytesError {
            throw SlipwayError(
                .external,
                "The manifest of \(reference) is refused",
                why: "It is larger than \(ImageStore.documentLimit) bytes."
            )
        }
        let data = Data(body.readableBytesView)
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
        return RemoteManifest(
            descriptor: Descriptor(mediaType: type, digest: actual, size: Int64(data.count)),
            data: data
        )
    }

    /// Copies an image into a store.
    ///
    /// - Parameters:
    ///   - reference: The image.
    ///   - store: Where it goes.
    ///   - platform: Of an index, the one to take; nil takes the index with all its platforms.
    ///   - progress: Called for each blob when it is there.
    /// - Returns: What the reference means now: the platform's manifest, or the index.
    /// - Throws: `SlipwayError` where something is missing, wrong, or larger than promised.
    package func pull(
        _ reference: ImageReference,
        into store: ImageStore,
        platform: Platform?,
        progress: @escaping @Sendable (Descriptor) -> Void = { _ in }
    ) async throws -> Descriptor {
        try store.create()
        return try await pull(reference, into: store, platform: platform, depth: 0, progress)
    }

    private func pull(
        _ reference: ImageReference,
        into store: ImageStore,
        platform: Platform?,
        depth: Int,
        _ progress: @escaping @Sendable (Descriptor) -> Void
    ) async throws -> Descriptor {
        guard depth < 4 else { throw SlipwayError(.external, "\(reference) is an index of indexes without end") }
        let remote = try await manifest(reference)
        if MediaType.isIndex(remote.descriptor.mediaType) {
            let index = try ImageIndex(parsing: remote.data)
            if let platform {
                guard let chosen = index.manifest(for: platform) else {
                    let there = index.manifests.compactMap { $0.platform?.description }.joined(separator: ", ")
                    throw SlipwayError(
                        .external,
                        "\(reference) is not built for \(platform)",
                        why: "It is built for: \(there)."
                    )
                }
                let child = reference.pinned(to: chosen.digest)
                return try await pull(child, into: store, platform: platform, depth: depth + 1, progress)
            }
            for child in index.manifests {
                _ = try await pull(
                    reference.pinned(to: child.digest),
                    into: store,
                    platform: nil,
                    depth: depth + 1,
                    progress
                )
            }
        } else {
            let manifest = try ImageManifest(parsing: remote.data)
            try await fetch([manifest.config] + manifest.layers, of: reference, into: store, progress)
        }
        // Last: a manifest in the store means that all it links to is there.
        return try store.write(
            remote.data,
            mediaType: remote.descriptor.mediaType,
            algorithm: remote.descriptor.digest.algorithm
        )
    }

    private func fetch(
        _ blobs: [Descriptor],
        of reference: ImageReference,
        into store: ImageStore,
        _ progress: @escaping @Sendable (Descriptor) -> Void
    ) async throws {
        var seen: Set<Digest> = []
        let missing = blobs.filter { seen.insert($0.digest).inserted && !store.contains($0.digest, size: $0.size) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, blob) in missing.enumerated() {
                if index >= options.parallel { try await group.next() }
                group.addTask {
                    try await fetch(blob, of: reference, into: store)
                    progress(blob)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Gets one blob; a connection that breaks is taken up where it broke.
    private func fetch(_ blob: Descriptor, of reference: ImageReference, into store: ImageStore) async throws {
        let address = address(reference)
        let writer = try store.makeBlobWriter(blob.digest.algorithm)
        var attempt = 0
        while writer.size < blob.size || blob.size == 0 {
            attempt += 1
            var request = RegistryRequest(url: try address.blob(blob.digest), scopes: address.scopes("pull"))
            if writer.size > 0 { request.headers = [("Range", "bytes=\(writer.size)-")] }
            let response = try await transport.send(request, registry: address.registry)
            guard response.status == .ok || response.status == .partialContent else {
                throw await failure(response, "Cannot get the blob \(blob.digest) of \(reference)", address)
            }
            // A registry that knows no ranges sends everything again; what is there already is passed over.
            var skip = response.status == .partialContent ? 0 : writer.size
            do {
                for try await buffer in response.body {
                    let size = Int64(buffer.readableBytes)
                    let dropped = min(skip, size)
                    skip -= dropped
                    guard writer.size + size - dropped <= blob.size else { throw Self.damaged(blob, "It is too long.") }
                    try buffer.withUnsafeReadableBytes { bytes in
                        try writer.write(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Int(dropped))))
                    }
                }
            } catch let error where RetryPolicy.isTransient(error) && attempt < options.retries.attempts {
                try await Task.sleep(for: options.retries.delay(attempt: attempt, retryAfter: nil))
                continue
            }
            if writer.size < blob.size, attempt >= options.retries.attempts {
                throw Self.damaged(blob, "It has \(writer.size) bytes instead of \(blob.size).")
            }
            if blob.size == 0 { break }
        }
        guard writer.digest == blob.digest else { throw Self.damaged(blob, "Its digest is \(writer.digest).") }
        _ = try writer.commit(mediaType: blob.mediaType)
    }

    private static func damaged(_ blob: Descriptor, _ why: String) -> SlipwayError {
        SlipwayError(.external, "The registry's blob \(blob.digest) is damaged", why: why)
    }
}
