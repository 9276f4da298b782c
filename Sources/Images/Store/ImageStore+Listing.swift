import Core
import Foundation

/// A named image with what people want to see of it.
package struct ListedImage: Sendable, Hashable {
    package let name: String
    package let digest: Digest
    /// RFC 3339.
    package let created: String?
    /// Bytes of its layers, compressed.
    package let size: Int64

    package var json: JSON {
        [
            "name": .string(name), "digest": .string(digest.description), "created": created.map(JSON.string) ?? .null,
            "size": .int(size),
        ]
    }
}

extension ImageStore {
    /// All named images, by name. One that is damaged or for another platform is listed without details.
    package func listImages() throws -> [ListedImage] {
        try entries().map { entry in
            let manifest = try? manifest(entry.descriptor.digest)
            let config = try? manifest.map(config)
            return ListedImage(
                name: entry.name,
                digest: entry.descriptor.digest,
                created: config?.created,
                size: manifest?.layers.reduce(0) { $0 + $1.size } ?? 0
            )
        }
    }
}
