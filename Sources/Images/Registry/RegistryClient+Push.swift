import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1

extension RegistryClient {
    /// What a push did.
    package struct PushResult: Sendable, Hashable {
        package let digest: Digest
        package var uploaded = 0
        package var mounted = 0
        package var present = 0
        /// Bytes that were sent.
        package var bytes: Int64 = 0
    }

    /// Copies an image of a store to a registry: blobs first, then manifests by digest, and at the very end the tag.
    ///
    /// - Parameters:
    ///   - image: The manifest or index.
    ///   - store: Where it is.
    ///   - reference: Where it goes, with the tag it gets.
    ///   - sources: Repositories of the same registry that may have blobs already (cross-repository mount).
    ///   - progress: Called for each blob when it is there.
    /// - Returns: What was done.
    /// - Throws: `SlipwayError` where the registry refuses something; the tag is not moved then.
    package func push(
        _ image: Descriptor,
        from store: ImageStore,
        to reference: ImageReference,
        mountingFrom sources: [String] = [],
        progress: @escaping @Sendable (Descriptor) -> Void = { _ in }
    ) async throws -> PushResult {
        var result = PushResult(digest: image.digest)
        let data = try store.document(image.digest)
        if try JSON(parsing: data)["manifests"] != nil {
            for child in try ImageIndex(parsing: data).manifests {
                let pushed = try await push(
                    child,
                    from: store,
                    to: reference.pinned(to: child.digest),
                    mountingFrom: sources,
                    progress: progress
                )
                result.uploaded += pushed.uploaded
                result.mounted += pushed.mounted
                result.present += pushed.present
                result.bytes += pushed.bytes
            }
        } else {
            let manifest = try ImageManifest(parsing: data)
            var seen: Set<Digest> = []
            // The configuration last: it is the smallest, and the first thing that makes sense of the others.
            let blobs = (manifest.layers + [manifest.config]).filter { seen.insert($0.digest).inserted }
            let outcomes = try await upload(blobs, from: store, to: reference, sources, progress)
            for (blob, outcome) in outcomes {
                switch outcome {
                case .present: result.present += 1
                case .mounted: result.mounted += 1
                case .uploaded:
                    result.uploaded += 1
                    result.bytes += blob.size
                }
            }
        }
        try await putManifest(data, image, as: image.digest.description, reference)
        if reference.digest == nil, let tag = reference.effectiveTag {
            try await putManifest(data, image, as: tag, reference)
        }
        return result
    }

    private enum Outcome: Sendable { case present, mounted, uploaded }

    private func upload(
        _ blobs: [Descriptor],
        from store: ImageStore,
        to reference: ImageReference,
        _ sources: [String],
        _ progress: @escaping @Sendable (Descriptor) -> Void
    ) async throws -> [(Descriptor, Outcome)] {
        try await withThrowingTaskGroup(of: (Descriptor, Outcome).self) { group in
            var outcomes: [(Descriptor, Outcome)] = []
            for (index, blob) in blobs.enumerated() {
                if index >= options.parallel, let done = try await group.next() { outcomes.append(done) }
                group.addTask {
                    let outcome = try await upload(blob, from: store, to: reference, sources)
                    progress(blob)
                    return (blob, outcome)
                }
            }
            for try await done in group { outcomes.append(done) }
            return outcomes
        }
    }

    private func upload(
        _ blob: Descriptor,
        from store: ImageStore,
        to reference: ImageReference,
        _ sources: [String]
    ) async throws -> Outcome {
        let address = address(reference)
        if try await contains(blob, address) { return .present }
        // A blob of a store is verified before it is sent: a damaged one must not leave this machine.
        try await Blocking.run { try store.open(blob).drain() }
        var begun: Start?
        for source in sources where source != reference.repository {
            begun = try await start(blob, address, mountingFrom: source)
            if case .mounted = begun { return .mounted }
        }
        // A mount that did not work has begun an upload.
        let ready = if let begun { begun } else { try await start(blob, address, mountingFrom: nil) }
        guard case .location(let location, let chunk) = ready else { return .mounted }
        let upload = BlobUpload(
            client: self,
            address: address,
            blob: blob,
            file: store.path(of: blob.digest),
            chunkSize: max(options.chunkSize, chunk)
        )
        try await upload.run(at: location)
        return .uploaded
    }

    private func contains(_ blob: Descriptor, _ address: RegistryAddress) async throws -> Bool {
        let request = RegistryRequest(
            method: .HEAD,
            url: try address.blob(blob.digest),
            scopes: address.scopes("pull,push")
        )
        let response = try await transport.send(request, registry: address.registry)
        try await transport.discard(response)
        return response.status == .ok
    }

    private enum Start: Sendable {
        case mounted
        /// Where to send the bytes, and the smallest piece that is taken.
        case location(URL, minimumChunk: Int64)
    }

    /// Begins an upload: 201 says that another repository's blob was mounted, 202 where to send the bytes.
    private func start(_ blob: Descriptor, _ address: RegistryAddress, mountingFrom source: String?) async throws
        -> Start
    {
        var query: [URLQueryItem] = []
        var scopes = address.scopes("pull,push")
        if let source {
            query = [
                URLQueryItem(name: "mount", value: blob.digest.description), URLQueryItem(name: "from", value: source),
            ]
            scopes.append("repository:\(source):pull")
        }
        let request = RegistryRequest(
            method: .POST,
            url: try address.url("blobs/uploads/", query: query),
            headers: [("Content-Length", "0")],
            scopes: scopes
        )
        let response = try await transport.send(request, registry: address.registry)
        switch response.status {
        case .created:
            try await transport.discard(response)
            return .mounted
        case .accepted:
            try await transport.discard(response)
            let location = try BlobUpload.location(response, relativeTo: request.url)
            let minimum = response.headers.first(name: "OCI-Chunk-Min-Length").flatMap { Int64($0) } ?? 0
            return .location(location, minimumChunk: minimum)
        default:
            throw await failure(response, "Cannot send a blob to \(address.registry)/\(address.repository)", address)
        }
    }

    private func putManifest(
        _ data: Data,
        _ image: Descriptor,
        as name: String,
        _ reference: ImageReference
    ) async throws {
        let address = address(reference)
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
            throw await failure(response, "Cannot send the manifest of \(reference)", address)
        }
        try await transport.discard(response)
        if let stated = response.headers.first(name: "Docker-Content-Digest"), stated != image.digest.description {
            throw SlipwayError(
                .external,
                "The registry \(address.registry) stored something else than it was sent",
                why: "It says \(stated) instead of \(image.digest)."
            )
        }
    }
}
