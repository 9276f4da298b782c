import Core
import Foundation

/// Puts images that were built for several platforms under one name.
package struct IndexBuilder: Sendable {
    private let store: ImageStore

    package init(store: ImageStore) { self.store = store }

    /// Writes an index of images, one a platform; an index among them counts as the images in it.
    ///
    /// - Parameters:
    ///   - images: The images, by manifest or index.
    ///   - annotations: The index's own; those that all images have in common are taken over.
    /// - Returns: The index's descriptor; it has no name yet.
    /// - Throws: `SlipwayError` where two images are for one platform.
    package func build(_ images: [Digest], annotations: [String: String] = [:]) throws -> Descriptor {
        var entries: [Platform: Descriptor] = [:]
        var common: [String: String]?
        for image in try images.flatMap({ try store.manifests(of: $0) }) {
            let data = try store.document(image)
            guard try JSON(parsing: data)["manifests"] == nil else { continue }
            let manifest = try ImageManifest(parsing: data)
            let platform = try store.config(manifest).platform
            if let other = entries[platform], other.digest != image {
                throw SlipwayError(
                    .invalidInput,
                    "Two images are for \(platform): \(other.digest.short) and \(image.short)",
                    next: "Give one image for each platform."
                )
            }
            entries[platform] = Descriptor(
                mediaType: manifest.mediaType,
                digest: image,
                size: Int64(data.count),
                platform: platform
            )
            common =
                common.map { known in known.filter { manifest.annotations[$0.key] == $0.value } }
                ?? manifest.annotations
        }
        guard !entries.isEmpty else { throw SlipwayError(.invalidInput, "An index needs at least one image") }
        let sorted = entries.values.sorted { ($0.platform?.description ?? "") < ($1.platform?.description ?? "") }
        let all = (common ?? [:]).merging(annotations) { _, own in own }
        return try store.write(ImageIndex(manifests: sorted, annotations: all.filter { !$0.value.isEmpty }))
    }
}
