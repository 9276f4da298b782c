import Core
import Foundation

extension RegistryClient {
    /// What a push did.
    package struct PushResult: Sendable, Hashable {
        package let digest: Digest
        package var uploaded = 0
        package var mounted = 0
        package var present = 0
        /// Bytes that were sent.
        package var bytes: Int64 = 0

        package mutating func add(_ other: PushResult) {
            uploaded += other.uploaded
            mounted += other.mounted
            present += other.present
            bytes += other.bytes
        }
    }

    /// Copies an image of a store to a registry: blobs first, then manifests by digest, then what is attached to it, and
    /// at the very end the tag.
    ///
    /// - Parameters:
    ///   - image: The manifest or index.
    ///   - store: Where it is.
    ///   - reference: Where it goes, with the tag it gets.
    ///   - sources: Repositories of the same registry that may have blobs already (cross-repository mount).
    ///   - withAttachments: Sends what the store has attached to the image too: signatures, attestations, reports.
    ///   - progress: What happens to each blob.
    /// - Returns: What was done.
    /// - Throws: `SlipwayError` where the registry refuses something; the tag is not moved then.
    package func push(
        _ image: Descriptor,
        from store: ImageStore,
        to reference: ImageReference,
        mountingFrom sources: [String] = [],
        withAttachments: Bool = true,
        progress: @escaping TransferObserver = { _ in }
    ) async throws -> PushResult {
        let push = ImagePush(
            client: self,
            store: store,
            address: address(reference),
            sources: sources.filter { $0 != reference.repository },
            progress: progress
        )
        var result = try await push.send(image)
        if withAttachments {
            for digest in try store.manifests(of: image.digest) {
                for attachment in try store.attachments(of: digest) { result.add(try await push.attach(attachment)) }
            }
        }
        if reference.digest == nil { result.add(try await tag(image, from: store, as: reference)) }
        return result
    }

    /// Gives a tag to an image that the registry has.
    @discardableResult
    package func tag(
        _ image: Descriptor,
        from store: ImageStore,
        as reference: ImageReference
    ) async throws -> PushResult {
        guard let tag = reference.effectiveTag else {
            throw SlipwayError(.invalidInput, "\(reference) is not a name to give", why: "It has a digest.")
        }
        try await putManifest(store.document(image.digest), image, as: tag, address(reference))
        return PushResult(digest: image.digest)
    }
}

/// Sends one image's parts to one repository.
struct ImagePush: Sendable {
    let client: RegistryClient
    let store: ImageStore
    let address: RegistryAddress
    let sources: [String]
    let progress: TransferObserver

    /// Sends a manifest or index with all that it links to; it gets no tag.
    func send(_ image: Descriptor, depth: Int = 0) async throws -> RegistryClient.PushResult {
        guard depth < 4 else { throw SlipwayError(.invalidInput, "\(image.digest) is an index of indexes without end") }
        var result = RegistryClient.PushResult(digest: image.digest)
        let data = try store.document(image.digest)
        if try JSON(parsing: data)["manifests"] != nil {
            for child in try ImageIndex(parsing: data).manifests {
                result.add(try await send(child, depth: depth + 1))
            }
            try await client.putManifest(data, image, as: image.digest.description, address)
            return result
        }
        let manifest = try ImageManifest(parsing: data)
        var seen: Set<Digest> = []
        // The configuration last: it is the smallest, and the first thing that makes sense of the others.
        let blobs = (manifest.layers + [manifest.config]).filter { seen.insert($0.digest).inserted }
        // A registry takes a manifest only when it has all that it links to.
        if try await client.hasManifest(image.digest, address) {
            for blob in blobs { progress(TransferEvent(blob: blob, state: .done(.present))) }
            result.present = blobs.count
            return result
        }
        for (blob, outcome) in try await upload(blobs) {
            switch outcome {
            case .present: result.present += 1
            case .mounted: result.mounted += 1
            case .uploaded, .downloaded:
                result.uploaded += 1
                result.bytes += blob.size
            }
        }
        let noted = try await client.putManifest(data, image, as: image.digest.description, address)
        if let subject = manifest.subject, !noted {
            try await client.listReferrer(image, manifest, of: subject.digest, address)
        }
        return result
    }

    private typealias Done = (blob: Descriptor, outcome: TransferEvent.Outcome)

    private func upload(_ blobs: [Descriptor]) async throws -> [Done] {
        try await withThrowingTaskGroup(of: Done.self) { group in
            var outcomes: [Done] = []
            for (index, blob) in blobs.enumerated() {
                if index >= client.options.parallel, let done = try await group.next() { outcomes.append(done) }
                group.addTask {
                    let outcome = try await upload(blob)
                    progress(TransferEvent(blob: blob, state: .done(outcome)))
                    return (blob, outcome)
                }
            }
            for try await done in group { outcomes.append(done) }
            return outcomes
        }
    }

    private func upload(_ blob: Descriptor) async throws -> TransferEvent.Outcome {
        if try await isThere(blob) { return .present }
        // A blob of a store is verified before it is sent: a damaged one must not leave this machine.
        try await Blocking.run { try store.open(blob).drain() }
        var begun: Start?
        for source in sources {
            begun = try await start(blob, mountingFrom: source)
            if case .mounted = begun { return .mounted }
        }
        var attempt = 0
        while true {
            attempt += 1
            // A mount that did not work has begun an upload.
            let ready = if let begun { begun } else { try await start(blob, mountingFrom: nil) }
            guard case .location(let location, let chunk) = ready else { return .mounted }
            let upload = BlobUpload(
                client: client,
                address: address,
                blob: blob,
                file: store.path(of: blob.digest),
                chunkSize: max(client.options.chunkSize, chunk),
                progress: { progress(TransferEvent(blob: blob, state: .moved($0))) }
            )
            do {
                try await upload.run(at: location)
                return .uploaded
            } catch let interruption as BlobUpload.Interrupted {
                guard attempt < client.options.retries.attempts else { throw interruption.reason }
                try await Task.sleep(for: client.options.retries.delay(attempt: attempt, retryAfter: nil))
                begun = nil
            }
        }
    }

    private func isThere(_ blob: Descriptor) async throws -> Bool {
        let request = RegistryRequest(
            method: .HEAD,
            url: try address.blob(blob.digest),
            scopes: address.scopes("pull,push")
        )
        let response = try await client.transport.send(request, registry: address.registry)
        try await client.transport.discard(response)
        return response.status == .ok
    }

    private enum Start: Sendable {
        case mounted
        /// Where to send the bytes, and the smallest piece that is taken.
        case location(URL, minimumChunk: Int64)
    }

    /// Begins an upload: 201 says that another repository's blob was mounted, 202 where to send the bytes.
    private func start(_ blob: Descriptor, mountingFrom source: String?) async throws -> Start {
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
        let response = try await client.transport.send(request, registry: address.registry)
        switch response.status {
        case .created where source != nil:
            try await client.transport.discard(response)
            return .mounted
        case .accepted:
            try await client.transport.discard(response)
            let location = try BlobUpload.location(response, relativeTo: request.url)
            let minimum = response.headers.first(name: "OCI-Chunk-Min-Length").flatMap { Int64($0) } ?? 0
            return .location(location, minimumChunk: minimum)
        default:
            throw await client.failure(response, "Cannot send a blob to \(address.name)", address)
        }
    }
}
