import Core
import Foundation

extension ImageStore {
    /// The annotation of an index entry that refers to an image: that image's digest.
    static let attachmentSubject = "dev.slipway.attached-to"
    /// The annotation of an index entry with the tag that it gets beside its image in a registry.
    package static let attachmentTag = "dev.slipway.attachment-tag"

    /// Keeps something that refers to an image: a signature, an attestation, a report. It goes where the image goes.
    ///
    /// - Parameters:
    ///   - manifest: What refers; its content is in the store already.
    ///   - subject: The image.
    ///   - tag: The tag that it gets in a registry, by cosign's convention; one of that tag is replaced.
    /// - Returns: The manifest's descriptor.
    /// - Throws: `SlipwayError` where the image is not in the store.
    @discardableResult
    package func attach(_ manifest: ImageManifest, to subject: Digest, tag: String? = nil) throws -> Descriptor {
        var descriptor = try write(manifest)
        descriptor.artifactType = manifest.artifactType
        return try attach(descriptor, to: subject, tag: tag)
    }

    /// The same for a manifest that is in the store as its author wrote it, byte by byte.
    @discardableResult
    func attach(_ manifest: Descriptor, to subject: Digest, tag: String?) throws -> Descriptor {
        guard contains(subject) else {
            throw SlipwayError(.invalidInput, "There is no image \(subject) in \(directory.path)")
        }
        var descriptor = manifest
        descriptor.annotations[Self.attachmentSubject] = subject.description
        descriptor.annotations[Self.attachmentTag] = tag
        try updateIndex { index in
            index.manifests.removeAll { entry in
                guard entry.annotations[Self.attachmentSubject] == subject.description else { return false }
                return entry.digest == descriptor.digest
                    || (tag != nil && entry.annotations[Self.attachmentTag] == tag)
            }
            index.manifests.append(descriptor)
        }
        return descriptor
    }

    /// Takes away what one kind of attachment says of an image.
    package func detach(artifactType: String, from subject: Digest) throws {
        try updateIndex { index in
            index.manifests.removeAll {
                $0.annotations[Self.attachmentSubject] == subject.description && $0.artifactType == artifactType
            }
        }
    }

    /// What refers to an image, of one kind or all.
    package func attachments(of subject: Digest, artifactType: String? = nil) throws -> [Descriptor] {
        try readIndex().manifests.filter {
            $0.annotations[Self.attachmentSubject] == subject.description
                && (artifactType == nil || $0.artifactType == artifactType)
        }
    }

    /// An image's own digest and, of an index, those of all manifests in it.
    package func manifests(of image: Digest) throws -> [Digest] {
        var digests: [Digest] = []
        func visit(_ digest: Digest, _ depth: Int) throws {
            guard depth < 4, !digests.contains(digest) else { return }
            digests.append(digest)
            let data = try document(digest)
            guard try JSON(parsing: data)["manifests"] != nil else { return }
            for child in try ImageIndex(parsing: data).manifests { try visit(child.digest, depth + 1) }
        }
        try visit(image, 0)
        return digests
    }
}
