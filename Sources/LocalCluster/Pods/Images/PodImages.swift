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

/// Finds pods' images in the one store of this machine, and unpacks each once.
struct PodImages: Sendable {
    let store: ImageStore
    /// Where unpacked images are.
    let roots: URL

    init(store: URL, roots: URL) {
        self.store = ImageStore(directory: store)
        self.roots = roots
    }

    /// - Throws: `ImageProblem`; `CancellationError`.
    func ready(_ name: String, pullPolicy: String) async throws -> ReadyImage {
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
            guard let descriptor = try store.resolve(reference) else {
                throw pullPolicy == "Never"
                    ? ImageProblem.neverPull(
                        "Container image \"\(name)\" is not present with pull policy of Never"
                    )
                    : ImageProblem.notFound(
                        "failed to pull and unpack image \"\(name)\": failed to resolve reference \"\(name)\": "
                            + "\(name): not found (the local cluster runs the images of this machine's store only)"
                    )
            }
            let digest = try store.manifestDigest(descriptor.digest)
            let config = try store.config(try store.manifest(digest))
            let root = try await ImageUnpacker().sharedRoot(manifest: digest, from: store, under: roots)
            return ReadyImage(id: "\(reference.name)@\(digest)", config: config, root: root)
        } catch let error as SlipwayError {
            let why = [error.what, error.why].compactMap { $0 }.joined(separator: ": ")
            throw ImageProblem.unusable("failed to pull and unpack image \"\(name)\": \(why)")
        }
    }
}
