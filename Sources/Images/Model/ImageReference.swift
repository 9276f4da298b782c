import Core

/// A name for an image: `registry/repository[:tag][@digest]`, with Docker Hub's short forms written out.
///
/// A reference with a tag and a digest means the digest. Grammar: distribution's `reference` package.
package struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    /// The registry as people write it: `docker.io`, `ghcr.io`, `localhost`, `localhost:5000`, `[::1]:5000`.
    package let registry: String
    /// `library/debian`; lower case.
    package let repository: String
    package let tag: String?
    package let digest: Digest?

    private init(registry: String, repository: String, tag: String?, digest: Digest?) {
        self.registry = registry
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// `registry/repository`.
    package var name: String { "\(registry)/\(repository)" }

    /// The tag; `latest` where neither tag nor digest is given.
    package var effectiveTag: String? { tag ?? (digest == nil ? "latest" : nil) }

    /// The host to talk to: Docker Hub's registry does not live under its name.
    package var registryHost: String { registry == Self.dockerHub ? "registry-1.docker.io" : registry }

    package var description: String {
        name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    package func tagged(_ tag: String) throws -> ImageReference {
        try Self.check(tag: tag, in: "\(name):\(tag)")
        return ImageReference(registry: registry, repository: repository, tag: tag, digest: nil)
    }

    /// `name@digest`, without a tag: what is deployed (design decision 2).
    package func pinned(to digest: Digest) -> ImageReference {
        ImageReference(registry: registry, repository: repository, tag: nil, digest: digest)
    }

    static let dockerHub = "docker.io"
}

extension ImageReference {
    /// Reads a reference as Docker does: a first part without a dot, colon or `localhost` belongs to Docker Hub.
    ///
    /// - Parameters:
    ///   - text: The reference as the user wrote it.
    ///   - defaultRegistry: Where a name without a registry belongs; images built here belong to `localhost`.
    /// - Throws: `SlipwayError` (`.invalidInput`) naming the part that is wrong.
    package init(parsing text: String, defaultRegistry: String = ImageReference.dockerHub) throws {
        var rest = Substring(text)
        var digest: Digest?
        if let at = rest.lastIndex(of: "@") {
            digest = try Digest(parsing: String(rest[rest.index(after: at)...]))
            rest = rest[..<at]
        }
        var tag: String?
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/"), !rest[colon...].contains("]") {
            tag = String(rest[rest.index(after: colon)...])
            try Self.check(tag: tag ?? "", in: text)
            rest = rest[..<colon]
        }
        var registry = defaultRegistry
        if let slash = rest.firstIndex(of: "/"), Self.looksLikeRegistry(rest[..<slash]) {
            registry = rest[..<slash].lowercased()
            rest = rest[rest.index(after: slash)...]
        }
        guard registry.wholeMatch(of: Self.registryPattern) != nil else {
            throw Self.invalid(text, "\"\(registry)\" is not a registry host.")
        }
        if registry == "index.docker.io" || registry == "registry-1.docker.io" { registry = Self.dockerHub }
        if registry == Self.dockerHub, !rest.contains("/"), !rest.isEmpty { rest = "library/" + rest }
        guard rest.wholeMatch(of: Self.repositoryPattern) != nil else {
            let hint = rest.contains(where: \.isUppercase) ? " Names are lower case." : ""
            throw Self.invalid(text, "\"\(rest)\" is not a repository name.\(hint)")
        }
        guard registry.utf8.count + 1 + rest.utf8.count <= 255 else {
            throw Self.invalid(text, "A name has at most 255 characters.")
        }
        self.init(registry: registry, repository: String(rest), tag: tag, digest: digest)
    }

    private static func looksLikeRegistry(_ part: Substring) -> Bool {
        part.contains(".") || part.contains(":") || part == "localhost" || part.contains(where: \.isUppercase)
    }

    private static func check(tag: String, in text: String) throws {
        guard tag.utf8.count <= 128, tag.wholeMatch(of: tagPattern) != nil else {
            throw invalid(
                text,
                "\"\(tag)\" is not a tag: at most 128 letters, digits, _, . and -, not starting with . or -."
            )
        }
    }

    private static func invalid(_ text: String, _ why: String) -> SlipwayError {
        SlipwayError(
            .invalidInput,
            "\"\(text)\" is not an image reference",
            why: why,
            next: "Write it as [registry/]name[:tag][@sha256:…]."
        )
    }

    private static var registryPattern: Regex<Substring> {
        /(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/
    }
    private static var repositoryPattern: Regex<Substring> {
        /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*/
    }
    private static var tagPattern: Regex<Substring> { /[A-Za-z0-9_][A-Za-z0-9_.-]*/ }
}
