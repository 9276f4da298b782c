extension RegistryClient {
    /// Copies an image with all its platforms, and with what refers to it, from one place to another.
    ///
    /// - Parameters:
    ///   - source: The image.
    ///   - destination: Where it goes, with the tag it gets.
    ///   - store: Where it passes through.
    ///   - progress: What happens to each blob.
    /// - Returns: What was sent.
    /// - Throws: `SlipwayError` where either place refuses something; the tag is not moved then.
    package func copy(
        _ source: ImageReference,
        to destination: ImageReference,
        through store: ImageStore,
        progress: @escaping TransferObserver = { _ in }
    ) async throws -> PushResult {
        let image = try await pull(source, into: store, platform: nil, progress: progress)
        let pinned = destination.pinned(to: image.digest)
        let mount = source.registry == destination.registry ? [source.repository] : []
        var result = try await push(
            image,
            from: store,
            to: pinned,
            mountingFrom: mount,
            withAttachments: false,
            progress: progress
        )
        for digest in try store.manifests(of: image.digest) {
            for referrer in try await referrers(of: digest, in: source) {
                let kept = source.pinned(to: referrer.digest)
                result.add(try await relay(kept, destination.pinned(to: referrer.digest), store, mount))
            }
            // Cosign's tags; the list of referrers under a tag is written anew by the pushes above.
            for suffix in ["att", "sig", "sbom"] {
                let tag = "\(digest.algorithm.rawValue)-\(digest.hex).\(suffix)"
                let tagged = try source.tagged(tag)
                guard try await manifestIfPresent(tagged) != nil else { continue }
                result.add(try await relay(tagged, destination.tagged(tag), store, mount))
            }
        }
        if destination.digest == nil { try await tag(image, from: store, as: destination) }
        return result
    }

    private func relay(
        _ source: ImageReference,
        _ destination: ImageReference,
        _ store: ImageStore,
        _ mount: [String]
    ) async throws -> PushResult {
        let kept = try await pull(source, into: store, platform: nil)
        return try await push(kept, from: store, to: destination, mountingFrom: mount, withAttachments: false)
    }
}
