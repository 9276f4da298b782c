import Core
import Foundation
import Images

/// Something that refers to an image, as an artifact manifest with a subject (OCI image 1.1).
package struct Attachment: Sendable {
    package let artifactType: String
    package let contents: Data
    package let mediaType: String
    package var annotations: [String: String] = [:]

    package init(
        artifactType: String,
        contents: Data,
        mediaType: String,
        annotations: [String: String] = [:]
    ) {
        self.artifactType = artifactType
        self.contents = contents
        self.mediaType = mediaType
        self.annotations = annotations
    }

    @discardableResult
    package func attach(to image: Digest, in store: ImageStore) throws -> Descriptor {
        guard var subject = try store.descriptor(of: image) else {
            throw SlipwayError(.invalidInput, "There is no image \(image) in \(store.directory.path)")
        }
        subject.annotations = [:]
        var layer = try store.write(contents, mediaType: mediaType)
        layer.annotations = annotations
        let manifest = ImageManifest(
            artifactType: artifactType,
            config: try store.write(Data("{}".utf8), mediaType: MediaType.empty),
            layers: [layer],
            subject: subject,
            annotations: annotations
        )
        return try store.attach(manifest, to: image)
    }
}

/// The layout in which cosign keeps signatures and attestations: an image under a tag made from the digest.
enum CosignLayout {
    static let signatureType = "application/vnd.dev.cosign.simplesigning.v1+json"
    static let signatureAnnotation = "dev.cosignproject.cosign/signature"

    static func tag(_ image: Digest, _ suffix: String) -> String {
        "\(image.algorithm.rawValue)-\(image.hex).\(suffix)"
    }

    /// Writes an image whose layers are the entries, and keeps it beside `image`.
    static func write(
        _ entries: [(contents: Data, mediaType: String, annotations: [String: String])],
        for image: Digest,
        suffix: String,
        in store: ImageStore
    ) throws {
        var layers: [Descriptor] = []
        for entry in entries {
            var layer = try store.write(entry.contents, mediaType: entry.mediaType)
            layer.annotations = entry.annotations
            layers.append(layer)
        }
        let config: JSON = [
            "architecture": "", "os": "", "config": [:], "created": "0001-01-01T00:00:00Z",
            "history": .array(layers.map { _ in ["created": "0001-01-01T00:00:00Z"] }),
            "rootfs": ["type": "layers", "diff_ids": .array(layers.map { .string($0.digest.description) })],
        ]
        let manifest = ImageManifest(
            config: try store.write(config.data(), mediaType: MediaType.config),
            layers: layers
        )
        try store.attach(manifest, to: image, tag: tag(image, suffix))
    }
}
