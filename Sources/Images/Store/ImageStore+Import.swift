import Core
import Foundation

extension ImageStore {
    /// Takes an image with all its platforms from another layout; every byte is verified on the way. It has no name yet.
    ///
    /// - Throws: `SlipwayError` where something is missing or damaged; the image is not here then.
    package func take(_ image: Descriptor, from other: ImageStore) async throws {
        try await Blocking.run {
            try create()
            try take(image, other, depth: 0)
        }
    }

    private func take(_ image: Descriptor, _ other: ImageStore, depth: Int) throws {
        guard depth < 4 else { throw SlipwayError(.invalidInput, "\(image.digest) is an index of indexes without end") }
        let data = try other.document(image.digest)
        if try JSON(parsing: data)["manifests"] != nil {
            for child in try ImageIndex(parsing: data).manifests { try take(child, other, depth: depth + 1) }
        } else {
            let manifest = try ImageManifest(parsing: data)
            for blob in [manifest.config] + manifest.layers { try write(try other.open(blob), as: blob) }
        }
        try write(data, mediaType: image.mediaType, algorithm: image.digest.algorithm)
    }
}
