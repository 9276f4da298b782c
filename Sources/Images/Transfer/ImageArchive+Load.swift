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
        let names = try contents.images(in: store)
        guard !names.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "There is no image in \(file.path)",
                why: "It has neither index.json nor manifest.json, or they name nothing."
            )
        }
        for (name, descriptor) in names { try store.tag(descriptor, name: name) }
        return names
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

    func images(in store: ImageStore) throws -> [(name: String, descriptor: Descriptor)] {
        if let index = files[ArchivePath("index.json")] {
            let images = try layoutImages(ImageIndex(parsing: store.document(index.digest)), store)
            if !images.isEmpty { return images }
        }
        guard let list = files[ArchivePath("manifest.json")] else { return [] }
        return try dockerImages(JSON(parsing: store.document(list.digest)), store)
    }

    private func layoutImages(_ index: ImageIndex, _ store: ImageStore) throws -> [(
        name: String, descriptor: Descriptor
    )] {
        try index.manifests.compactMap { entry in
            // containerd's name is the whole one where both are there.
            let annotations = entry.annotations
            guard let name = annotations["io.containerd.image.name"] ?? annotations[ImageStore.referenceName] else {
                return nil
            }
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
    private func dockerImages(_ list: JSON, _ store: ImageStore) throws -> [(name: String, descriptor: Descriptor)] {
        var images: [(name: String, descriptor: Descriptor)] = []
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
            images += (entry["RepoTags"]?.array ?? []).compactMap(\.string).map { ($0, descriptor) }
        }
        return try images.map { name, descriptor in (try ImageReference(parsing: name).description, descriptor) }
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
