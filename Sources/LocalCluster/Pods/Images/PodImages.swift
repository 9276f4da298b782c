import Core
import Foundation
import Images

/// Why a container's image cannot be used; worded as Kubernetes and containerd word it.
enum ImageProblem: Error, Hashable {
    case invalidName(String)
    /// Not here, and must not be fetched.
    case neverPull(String)
    /// Not here.
    case notFound(String)
    /// Here, but it cannot be read or unpacked.
    case unusable(String)

    /// The waiting reason of the container.
    var reason: String {
        switch self {
        case .invalidName: "InvalidImageName"
        case .neverPull: "ErrImageNeverPull"
        case .notFound, .unusable: "ErrImagePull"
        }
    }

    var message: String {
        switch self {
        case .invalidName(let text), .neverPull(let text), .notFound(let text), .unusable(let text): text
        }
    }
}

/// An image that is ready to run.
struct ReadyImage: Sendable {
    /// `localhost/api@sha256:…`: what was really run.
    let id: String
    let config: ImageConfig
    /// The files, shared by all containers of the image; must only be read.
    let root: URL
}

/// Finds pods' images in the one store of this machine or, where their name has a registry, there; unpacks each once.
struct PodImages: Sendable {
    let store: ImageStore
    private let credentials: RegistryCredentials
    /// Where unpacked images are.
    let roots: URL

    init(store: URL, roots: URL, credentials: RegistryCredentials = RegistryCredentials()) {
        self.store = ImageStore(directory: store)
        self.credentials = credentials
        self.roots = roots
    }

    /// - Parameters:
    ///   - name: The image as the pod names it.
    ///   - pullPolicy: `Always`, `IfNotPresent` or `Never`.
    ///   - pullSecrets: The pod's own credentials for registries, as Docker's configuration keeps them.
    /// - Returns: The image, unpacked.
    /// - Throws: `ImageProblem`; `CancellationError`.
    func ready(_ name: String, pullPolicy: String, pullSecrets: [JSON] = []) async throws -> ReadyImage {
        let reference: ImageReference
        do {
            reference = try ImageReference(parsing: name)
        } catch {
            throw ImageProblem.invalidName(
                "Failed to apply default image tag \"\(name)\": couldn't parse image name \"\(name)\": "
                    + "invalid reference format"
            )
        }
        do {
            let descriptor = try await descriptor(of: reference, name, pullPolicy, pullSecrets)
            let digest = try store.manifestDigest(descriptor.digest)
            let config = try store.config(try store.manifest(digest))
            let root = try await ImageUnpacker().sharedRoot(manifest: digest, from: store, under: roots)
            return ReadyImage(id: "\(reference.name)@\(digest)", config: config, root: root)
        } catch let error as SlipwayError {
            let why = [error.what, error.why].compactMap { $0 }.joined(separator: ": ")
            throw ImageProblem.unusable("failed to pull and unpack image \"\(name)\": \(why)")
        }
    }

    private func descriptor(
        of reference: ImageReference,
        _ name: String,
        _ pullPolicy: String,
        _ pullSecrets: [JSON]
    ) async throws -> Descriptor {
        // Images that were built here belong to no registry.
        let isLocal = reference.registry == "localhost"
        if isLocal || pullPolicy != "Always" || reference.digest != nil, let known = try store.resolve(reference) {
            return known
        }
        if pullPolicy == "Never" {
            throw ImageProblem.neverPull("Container image \"\(name)\" is not present with pull policy of Never")
        }
        if isLocal {
            throw ImageProblem.notFound(
                "failed to pull and unpack image \"\(name)\": failed to resolve reference \"\(name)\": "
                    + "\(name): not found (this machine's store has no such image)"
            )
        }
        var options = RegistryClient.Options()
        options.credentials = pullSecrets.isEmpty ? credentials : RegistryCredentials(configurations: pullSecrets)
        let pulled = try await RegistryClient.withClient(options) { client in
            try await client.pull(reference, into: store, platform: .current)
        }
        if reference.digest == nil { try store.tag(pulled, as: reference) }
        return pulled
    }
}
