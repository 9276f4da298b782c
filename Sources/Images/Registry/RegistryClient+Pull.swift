import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1

extension RegistryClient {
    /// Copies an image into a store.
    ///
    /// - Parameters:
    ///   - reference: The image.
    ///   - store: Where it goes.
    ///   - platform: Of an index, the one to take; nil takes the index with all its platforms.
    ///   - progress: What happens to each blob.
    /// - Returns: What the reference means now: the platform's manifest, or the index.
    /// - Throws: `SlipwayError` where something is missing, wrong, or larger than promised.
    package func pull(
        _ reference: ImageReference,
        into store: ImageStore,
        platform: Platform?,
        progress: @escaping TransferObserver = { _ in }
    ) async throws -> Descriptor {
        try store.create()
        return try await pull(reference, into: store, platform: platform, depth: 0, progress)
    }

    private func pull(
        _ reference: ImageReference,
        into store: ImageStore,
        platform: Platform?,
        depth: Int,
        _ progress: @escaping TransferObserver
    ) async throws -> Descriptor {
        guard depth < 4 else { throw SlipwayError(.external, "\(reference) is an index of indexes without end") }
        let remote = try await manifest(reference)
        if remote.isIndex {
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
                let pinned = reference.pinned(to: child.digest)
                _ = try await pull(pinned, into: store, platform: nil, depth: depth + 1, progress)
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
        _ progress: @escaping TransferObserver
    ) async throws {
        var seen: Set<Digest> = []
        var missing: [Descriptor] = []
        for blob in blobs where seen.insert(blob.digest).inserted {
            if store.contains(blob.digest, size: blob.size) {
                progress(TransferEvent(blob: blob, state: .done(.present)))
            } else {
                missing.append(blob)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, blob) in missing.enumerated() {
                if index >= options.parallel { try await group.next() }
                group.addTask {
                    try await fetch(blob, of: reference, into: store, progress)
                    progress(TransferEvent(blob: blob, state: .done(.downloaded)))
                }
            }
            try await group.waitForAll()
        }
    }

    /// Gets one blob; a connection that breaks is taken up where it broke.
    private func fetch(
        _ blob: Descriptor,
        of reference: ImageReference,
        into store: ImageStore,
        _ progress: TransferObserver
    ) async throws {
        let address = address(reference)
        let writer = try store.makeBlobWriter(blob.digest.algorithm)
        var attempt = 0
        repeat {
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
                    progress(TransferEvent(blob: blob, state: .moved(writer.size)))
                }
            } catch let error where RetryPolicy.isTransient(error) && attempt < options.retries.attempts {
                try await Task.sleep(for: options.retries.delay(attempt: attempt, retryAfter: nil))
                continue
            } catch let error where RetryPolicy.isTransient(error) {
                throw RegistryTransport.unreachable(request, error)
            }
        } while writer.size < blob.size && attempt < options.retries.attempts
        guard writer.size == blob.size else {
            throw Self.damaged(blob, "It has \(writer.size) bytes instead of \(blob.size).")
        }
        guard writer.digest == blob.digest else { throw Self.damaged(blob, "Its digest is \(writer.digest).") }
        _ = try writer.commit(mediaType: blob.mediaType)
    }

    private static func damaged(_ blob: Descriptor, _ why: String) -> SlipwayError {
        SlipwayError(.external, "The registry's blob \(blob.digest) is damaged", why: why)
    }
}
