import Core
import Foundation
import Images

/// What the user asked to deploy.
package enum ImageRequest: Sendable, Hashable {
    /// Neither `--tag` nor `--image`: the environment's default tag.
    case standard
    case tag(String)
    case image(String)
}

/// Resolves a tag once, at the start, to the digest that everything after it uses (design decision 2).
package struct ImageResolver: Sendable {
    package let environment: EnvironmentSettings
    package let store: ImageStore
    package let git: GitRepository
    /// The commit that the present run says a tag names, where the repository does not have the tag.
    package let runTag: (tag: String, commit: String)?
    /// What the environment before has verified, newest first; nil where this one asks nobody.
    package let verifiedBefore: [ReleaseRecord]?
    package let now: Date

    package init(
        environment: EnvironmentSettings,
        store: ImageStore,
        git: GitRepository,
        variables: [String: String] = [:],
        verifiedBefore: [ReleaseRecord]?,
        now: Date
    ) {
        self.environment = environment
        self.store = store
        self.git = git
        if let ref = variables["GITHUB_REF"], ref.hasPrefix("refs/tags/"), let commit = variables["GITHUB_SHA"] {
            runTag = (String(ref.dropFirst("refs/tags/".count)), commit)
        } else {
            runTag = nil
        }
        self.verifiedBefore = verifiedBefore
        self.now = now
    }

    /// The image, and notes that belong into the release's record.
    ///
    /// - Throws: `SlipwayError`: there is no such tag or image, or policy wants it verified elsewhere first.
    package func resolve(_ request: ImageRequest) async throws -> (image: ReleaseImage, notes: [String]) {
        switch request {
        case .image(let text):
            let reference = try ImageReference(parsing: text, defaultRegistry: "localhost")
            let own = try ImageReference(parsing: environment.image, defaultRegistry: "localhost")
            guard reference.name == own.name else {
                throw SlipwayError(
                    .invalidInput,
                    "\(environment.name) runs images of \(own.name), not of \(reference.name)",
                    next: "Give an image of \(own.name), or change \"image\" in slipway.yml."
                )
            }
            return try allow(try await stored(reference))
        case .tag(let tag): return try await resolve(tag: tag)
        case .standard:
            switch environment.defaultTag {
            case .named(let tag): return try await resolve(tag: tag)
            case .highestVersion:
                guard let tag = SemanticVersion.highest(of: try await git.tags()) else {
                    throw SlipwayError(
                        .invalidInput,
                        "There is no version tag to deploy to \(environment.name)",
                        why: "default-tag in slipway.yml is highest-version, and git knows no tag such as v1.2.3",
                        next: "Tag the commit (git tag v1.0.0), or name what to deploy with --tag or --image."
                    )
                }
                return try await resolve(tag: tag)
            }
        }
    }

    private func resolve(tag: String) async throws -> (image: ReleaseImage, notes: [String]) {
        // With a rule for promotion a version tag names a commit, and the image is the one that was verified for it.
        if environment.promotion != nil, let commit = try await commit(of: tag) {
            return try await promote(tag: tag, commit: commit)
        }
        let repository = try ImageReference(parsing: environment.image, defaultRegistry: "localhost")
        return try allow(try await stored(try repository.tagged(tag)))
    }

    private func commit(of tag: String) async throws -> String? {
        if let commit = try await git.commit(ofTag: tag) { return commit }
        return runTag?.tag == tag ? runTag?.commit : nil
    }

    private func promote(tag: String, commit: String) async throws -> (image: ReleaseImage, notes: [String]) {
        // Two commits with the same files have one tree: a merge commit is what its branch was. Where the commit itself
        // is not here (a shallow checkout), its number alone must do.
        let tree = try await git.tree(of: commit)
        let match = verifiedBefore?.first { tree == nil ? $0.image.commit == commit : $0.image.tree == tree }
        if let verified = match {
            var image = try await stored(
                try ImageReference(parsing: verified.image.reference, defaultRegistry: "localhost")
            )
            image.tag = tag
            image.version = tag
            image.commit = commit
            image.tree = tree ?? verified.image.tree
            let from = environment.promotion?.from ?? ""
            return (image, ["verified in \(from) by its release \(verified.number)"])
        }
        guard let tree else {
            throw SlipwayError(.invalidInput, "git does not know the commit \(commit.prefix(12)) of tag \(tag)")
        }
        guard let exception = exception(for: tree) else { throw unverified(tag, commit: commit, tree: tree) }
        let repository = try ImageReference(parsing: environment.image, defaultRegistry: "localhost")
        var image = try await stored(try repository.tagged(tag))
        guard image.tree == tree else {
            throw SlipwayError(
                .invalidInput,
                "The image \(environment.image):\(tag) was not built from the tag \(tag)",
                why: "its tree is \(image.tree ?? "unknown"), the tag's is \(tree)"
            )
        }
        image.version = tag
        return (image, [note(exception)])
    }

    /// An image that is not named by a git tag: its digest must have been verified.
    private func allow(_ image: ReleaseImage) throws -> (image: ReleaseImage, notes: [String]) {
        guard let promotion = environment.promotion else { return (image, []) }
        if let verified = verifiedBefore?.first(where: { $0.image.digest == image.digest }) {
            return (image, ["verified in \(promotion.from) by its release \(verified.number)"])
        }
        for subject in [image.digest, image.tree].compactMap({ $0 }) {
            if let exception = exception(for: subject) { return (image, [note(exception)]) }
        }
        throw SlipwayError(
            .failure,
            "\(promotion.from) has not verified \(image.text), so it does not go to \(environment.name)",
            why: known,
            next: "Release it there first: slipway deploy --env \(promotion.from) --image \(image.reference)"
        )
    }

    private func exception(for subject: String) -> PromotionException? {
        environment.promotion?.exceptions.first { $0.subject == subject && $0.until > now }
    }

    private func note(_ exception: PromotionException) -> String {
        "not verified in \(environment.promotion?.from ?? ""): exception of slipway.yml for \(exception.subject), "
            + "because \(exception.reason)"
    }

    private func unverified(_ tag: String, commit: String, tree: String) -> SlipwayError {
        let from = environment.promotion?.from ?? ""
        return SlipwayError(
            .failure,
            "\(from) has not verified what \(tag) is, so it does not go to \(environment.name)",
            why: "no verified release there was built from the tree \(tree.prefix(12)) of commit \(commit.prefix(12)); "
                + known,
            next: "Build and release that commit to \(from) first."
        )
    }

    private var known: String {
        guard let newest = verifiedBefore?.first else { return "nothing is verified there" }
        return "the newest verified release there is \(newest.number), \(newest.image.text)"
            + (newest.image.tree.map { " of tree \($0.prefix(12))" } ?? "")
    }

    /// The image as its registry has it; where it has none, as this machine's store does.
    private func stored(_ reference: ImageReference) async throws -> ReleaseImage {
        let (digest, labels) = try await digestAndLabels(reference)
        let pinned = reference.pinned(to: digest)
        var image = ReleaseImage(
            reference: pinned.description,
            digest: digest.description,
            tag: reference.digest == nil ? reference.effectiveTag : nil
        )
        image.commit = labels["org.opencontainers.image.revision"]
        image.version = labels["org.opencontainers.image.version"]
        image.created = labels["org.opencontainers.image.created"]
        image.tree = labels["dev.slipway.tree"]
        return image
    }

    private func digestAndLabels(_ reference: ImageReference) async throws -> (Digest, [String: String]) {
        // A tag of a registry means what the registry says now; a digest means the same everywhere.
        let isLocal = reference.registry == "localhost"
        if isLocal || reference.digest != nil, let descriptor = try store.resolve(reference) {
            return (descriptor.digest, try store.config(store.manifest(descriptor.digest)).labels)
        }
        if isLocal { throw missing(reference) }
        return try await RegistryClient.withClient { client in
            let image = try await client.image(reference)
            return (image.descriptor.digest, image.config.labels)
        }
    }

    private func missing(_ reference: ImageReference) -> SlipwayError {
        let names = ((try? store.entries()) ?? []).map(\.name).filter { $0.hasPrefix("\(reference.name):") }
        return SlipwayError(
            .invalidInput,
            "There is no image \(reference)",
            why: names.isEmpty
                ? "the image store has no image of \(reference.name)"
                : "the image store has \(names.suffix(10).joined(separator: ", "))",
            next: "Build it: slipway image build"
        )
    }
}
