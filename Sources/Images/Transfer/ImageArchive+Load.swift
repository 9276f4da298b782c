import Core
import Foundation

extension ImageArchive {
    /// Reads images from a tar file into a store: an OCI image layout, or what `docker save` writes; gzip or not.
    ///
    /// Members may come in any order, so each file becomes a blob as it passes by; names are given at the end, when all
    /// that they need is known to be there.
    ///
    /// - Returns: The names that were given, with what they mean.
    /// - Throws: `SlipwayError` where the archive is damaged or holds no image; then nothing has been named.
    package static func load(_ file: URL, into store: ImageStore) throws -> [(name: String, descriptor: Descriptor)] {
        let archive = try read(file, into: store)
        let named = archive.images.compactMap { name, descriptor in name.map { ($0, descriptor) } }
        guard !named.isEmpty else {
            throw SlipwayError(.invalidInput, "The images in \(file.path) have no names, so none could be given")
        }
        for attachment in archive.attachments {
            try store.attach(attachment.descriptor, to: attachment.subject, tag: attachment.tag)
        }
        for (name, descriptor) in named { try store.tag(descriptor, name: name) }
        return named
    }

    /// The same, without giving names.
    static func read(_ file: URL, into store: ImageStore) throws -> (
        images: [(name: String?, descriptor: Descriptor)], attachments: [Attachment]
    ) {
        var head = [UInt8](repeating: 0, count: 2)
        let plain = try OpenFile.open(file)
        _ = try head.withUnsafeMutableBytes { try plain.read(into: $0, at: 0) }
        let isGzip = head == [0x1F, 0x8B]
        let source: any ByteSource = isGzip ? try GzipDecoder(plain, name: file.path) : plain
        let limited = LimitedSource(source, limit: UnpackPolicy().maximumBytes, name: file.path)
        var contents = ArchiveContents()
        let reader = TarReader(limited)
        while let entry = try reader.next() {
            let path = try ArchivePath(untrusted: entry.path)
            switch entry.kind {
            case .regular: contents.files[path] = try keep(reader, at: path, in: store)
            case .symbolicLink: contents.links[path] = entry.linkTarget
            default: continue
            }
        }
        let images = try contents.images(in: store)
        guard !images.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "There is no image in \(file.path)",
                why: "It has neither index.json nor manifest.json, or they name nothing."
            )
        }
        return (images, try contents.attachments(in: store))
    }

    /// What refers to an image of the archive.
    struct Attachment {
        let descriptor: Descriptor
        let subject: Digest
        let tag: String?
    }

    private static func keep(
        _ content: any ByteSource,
        at path: ArchivePath,
        in store: ImageStore
    ) throws -> Descriptor {
        let writer = try store.makeBlobWriter()
        try content.copy(to: writer)
        let blob = try writer.commit(mediaType: "application/octet-stream")
        // blobs/sha256/HEX must be what its name says.
        let parts = path.components.map { String(decoding: $0, as: UTF8.self) }
        if parts.count == 3, parts[0] == "blobs", parts[1] == "sha256", parts[2] != blob.digest.hex {
            throw SlipwayError(
                .invalidInput,
                "The archive is damaged",
                why: "Its blob sha256:\(parts[2]) has the digest \(blob.digest)."
            )
        }
        return blob
    }
}

/// What an archive holds, by path.
private struct ArchiveContents {
    var files: [ArchivePath: Descriptor] = [:]
    var links: [ArchivePath: [UInt8]] = [:]

    func images(in store: ImageStore) throws -> [(name: String?, descriptor: Descriptor)] {
        if let index = files[ArchivePath("index.json")] {
            let images = try layoutImages(ImageIndex(parsing: store.document(index.digest)), store)
            if !images.isEmpty { return images }
        }
        guard let list = files[ArchivePath("manifest.json")] else { return [] }
        return try dockerImages(JSON(parsing: store.document(list.digest)), store)
    }

    /// Signatures, attestations and verdicts that Slipway's own `save` put beside their images.
    func attachments(in store: ImageStore) throws -> [ImageArchive.Attachment] {
        guard let index = files[ArchivePath("index.json")] else { return [] }
        return try ImageIndex(parsing: store.document(index.digest)).manifests.compactMap { entry in
            guard let text = entry.annotations[ImageStore.attachmentSubject] else { return nil }
            let subject = try Digest(parsing: text)
            guard store.contains(subject) else {
                throw SlipwayError(
                    .invalidInput,
                    "The archive is not whole",
                    why: "\(entry.digest) refers to the image \(subject), which is missing."
                )
            }
            try check(entry, store, depth: 0)
            return .init(
                descriptor: entry,
                subject: subject,
                tag: entry.annotations[ImageStore.attachmentTag]
            )
        }
    }

    private func layoutImages(_ index: ImageIndex, _ store: ImageStore) throws -> [(
        name: String?, descriptor: Descriptor
    )] {
        let images = index.manifests.filter { $0.annotations[ImageStore.attachmentSubject] == nil }
        return try images.map { entry in
            // containerd's name is the whole one where both are there.
            let name = entry.annotations["io.containerd.image.name"] ?? entry.annotations[ImageStore.referenceName]
            try check(entry, store, depth: 0)
            var descriptor = entry
            descriptor.annotations = [:]
            return (name, descriptor)
        }
    }

    /// Everything that an image links to must be there.
    private func check(_ image: Descriptor, _ store: ImageStore, depth: Int) throws {
        guard depth < 4 else { throw SlipwayError(.invalidInput, "The archive holds an index of indexes without end") }
        let data = try store.document(image.digest)
        if try JSON(parsing: data)["manifests"] != nil {
            for child in try ImageIndex(parsing: data).manifests { try check(child, store, depth: depth + 1) }
            return
        }
        let manifest = try ImageManifest(parsing: data)
        for blob in [manifest.config] + manifest.layers where !store.contains(blob.digest, size: blob.size) {
            throw SlipwayError(.invalidInput, "The archive is not whole", why: "The blob \(blob.digest) is missing.")
        }
    }

    /// Docker's own format: a list of configurations, layers (plain tar files) and names.
    private func dockerImages(_ list: JSON, _ store: ImageStore) throws -> [(name: String?, descriptor: Descriptor)] {
        var images: [(name: String?, descriptor: Descriptor)] = []
        for entry in list.array ?? [] {
            guard let path = entry["Config"]?.string, var config = file(path) else {
                throw SlipwayError(
                    .invalidInput,
                    "The archive is not whole",
                    why: "An image's configuration is missing."
                )
            }
            config.mediaType = MediaType.config
            let configuration = try ImageConfig(parsing: store.document(config.digest))
            let layers = try (entry["Layers"]?.array ?? []).map { layer in
                guard let path = layer.string, var blob = file(path) else {
                    throw SlipwayError(.invalidInput, "The archive is not whole", why: "A layer is missing.")
                }
                blob.mediaType = try mediaType(of: blob, store)
                return blob
            }
            guard layers.count == configuration.diffIDs.count else {
                throw SlipwayError(
                    .invalidInput,
                    "The archive is damaged",
                    why: "Layers and diff_ids differ in number."
                )
            }
            for (layer, diffID) in zip(layers, configuration.diffIDs)
            where layer.mediaType == MediaType.layer && layer.digest != diffID {
                throw SlipwayError(.invalidInput, "The archive is damaged", why: "A layer is not what diff_ids says.")
            }
            let descriptor = try store.write(ImageManifest(config: config, layers: layers))
            let names = try (entry["RepoTags"]?.array ?? []).compactMap(\.string).map {
                try ImageReference(parsing: $0).description
            }
            images += names.isEmpty ? [(nil, descriptor)] : names.map { ($0, descriptor) }
        }
        return images
    }

    /// A file by its path, through the links that older versions of Docker wrote for repeated layers.
    private func file(_ path: String) -> Descriptor? {
        var place = ArchivePath(path)
        for _ in 0..<16 {
            if let found = files[place] { return found }
            guard let target = links[place] else { return nil }
            var components = place.parent.components
            for part in ArchivePath.split(target) {
                if part == Array("..".utf8) { _ = components.popLast() } else { components.append(part) }
            }
            place = ArchivePath(components: components)
        }
        return nil
    }

    private func mediaType(of blob: Descriptor, _ store: ImageStore) throws -> String {
        var head = [UInt8](repeating: 0, count: 2)
        let file = try OpenFile.open(store.path(of: blob.digest))
        _ = try head.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        return head == [0x1F, 0x8B] ? MediaType.gzipLayer : MediaType.layer
    }
}
