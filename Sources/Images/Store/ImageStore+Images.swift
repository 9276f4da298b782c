import Core
import Foundation

extension ImageStore {
    /// The annotation under which a layout's index names an image.
    static let referenceName = "org.opencontainers.image.ref.name"

    /// One name in the layout.
    package struct Entry: Sendable, Hashable {
        /// As written in the index: `localhost/api:develop`, or only a tag in layouts by other tools.
        package let name: String
        package let descriptor: Descriptor
    }

    /// All named images, by name.
    package func entries() throws -> [Entry] {
        try readIndex().manifests.compactMap { descriptor in
            descriptor.annotations[Self.referenceName].map { Entry(name: $0, descriptor: descriptor) }
        }.sorted { $0.name < $1.name }
    }

    /// Every manifest the layout's index lists, named or not.
    package func roots() throws -> [Descriptor] { try readIndex().manifests }

    /// Finds an image; nil where this layout has none of that name.
    ///
    /// A digest decides alone: content is what it is under any name. Without tag and digest `latest` is meant.
    package func resolve(_ reference: ImageReference) throws -> Descriptor? {
        guard exists else { return nil }
        if let digest = reference.digest { return try descriptor(of: digest) }
        return try resolve(name: "\(reference.name):\(reference.effectiveTag ?? "latest")")
    }

    /// Finds an image by the exact name in the index.
    package func resolve(name: String) throws -> Descriptor? {
        try entries().first { $0.name == name }?.descriptor
    }

    /// A manifest's or index's descriptor by its digest; nil where it is not here.
    package func descriptor(of digest: Digest) throws -> Descriptor? {
        guard contains(digest) else { return nil }
        let data = try document(digest)
        let json = try JSON(parsing: data)
        let type = json["mediaType"]?.string ?? (json["manifests"] == nil ? MediaType.manifest : MediaType.index)
        guard MediaType.isIndex(type) || MediaType.isManifest(type) else {
            throw SlipwayError(.invalidInput, "\(digest) is not an image", why: "Its media type is \(type).")
        }
        return Descriptor(mediaType: type, digest: digest, size: Int64(data.count))
    }

    /// Reads an image's manifest; of an index, the one for `platform`.
    ///
    /// - Throws: `SlipwayError` where it is missing, damaged, or not built for the platform.
    package func manifest(_ digest: Digest, platform: Platform = .current) throws -> ImageManifest {
        try ImageManifest(parsing: document(try manifestDigest(digest, platform: platform)))
    }

    /// The digest of the manifest that `digest` means on a platform: itself, or the entry of an index.
    package func manifestDigest(_ digest: Digest, platform: Platform = .current) throws -> Digest {
        var digest = digest
        // An index may list indexes; a chain of more than four is a mistake or an attack.
        for _ in 0..<4 {
            let data = try document(digest)
            guard try JSON(parsing: data)["manifests"] != nil else { return digest }
            let index = try ImageIndex(parsing: data)
            guard let chosen = index.manifest(for: platform) else {
                let there = index.manifests.compactMap { $0.platform?.description }.joined(separator: ", ")
                throw SlipwayError(
                    .invalidInput,
                    "The image \(digest) is not built for \(platform)",
                    why: "It is built for: \(there.isEmpty ? "nothing that it names" : there)."
                )
            }
            digest = chosen.digest
        }
        throw SlipwayError(.invalidInput, "The image \(digest) is an index of indexes without end")
    }

    /// Reads the configuration that a manifest names.
    package func config(_ manifest: ImageManifest) throws -> ImageConfig {
        try ImageConfig(parsing: document(manifest.config.digest))
    }

    /// Stores a manifest and returns its descriptor; it has no name yet.
    package func write(_ manifest: ImageManifest) throws -> Descriptor {
        try write(manifest.json.data(), mediaType: manifest.mediaType)
    }

    package func write(_ index: ImageIndex) throws -> Descriptor {
        try write(index.json.data(), mediaType: index.mediaType)
    }

    /// Gives an image a name; the name moves if another image had it.
    package func tag(_ descriptor: Descriptor, as reference: ImageReference) throws {
        guard reference.digest == nil, let tag = reference.effectiveTag else {
            throw SlipwayError(.invalidInput, "\(reference) is not a name to give", why: "It has a digest.")
        }
        try self.tag(descriptor, name: "\(reference.name):\(tag)")
    }

    package func tag(_ descriptor: Descriptor, name: String) throws {
        guard contains(descriptor.digest) else {
            throw SlipwayError(.external, "Cannot name \(descriptor.digest): it is not in \(directory.path)")
        }
        try updateIndex { index in
            index.manifests.removeAll { $0.annotations[Self.referenceName] == name }
            var named = descriptor
            named.annotations[Self.referenceName] = name
            index.manifests.append(named)
        }
    }

    /// Takes a name away; says whether it was there. Blobs stay until `prune`.
    @discardableResult
    package func untag(name: String) throws -> Bool {
        var found = false
        try updateIndex { index in
            let count = index.manifests.count
            index.manifests.removeAll { $0.annotations[Self.referenceName] == name }
            found = index.manifests.count != count
        }
        return found
    }

    private func readIndex() throws -> ImageIndex {
        guard exists else { return ImageIndex(manifests: []) }
        let layout = try JSON(parsing: try contents(of: directory.appending(path: "oci-layout")))
        guard layout["imageLayoutVersion"]?.string == "1.0.0" else {
            throw SlipwayError(
                .invalidInput,
                "\(directory.path) is not an OCI image layout of version 1.0.0",
                why: "Its oci-layout file says something else."
            )
        }
        return try ImageIndex(parsing: contents(of: indexFile))
    }

    private func contents(of url: URL) throws -> Data {
        Data(try OpenFile.open(url).readAll(limit: Self.documentLimit, url.path))
    }

    private func updateIndex(_ change: (inout ImageIndex) throws -> Void) throws {
        try create()
        try FileLock.hold(lockFile) {
            var index = try readIndex()
            try change(&index)
            index.manifests.sort { left, right in
                let leftName = left.annotations[Self.referenceName] ?? ""
                let rightName = right.annotations[Self.referenceName] ?? ""
                return (leftName, left.digest) < (rightName, right.digest)
            }
            try replaceFile("index.json", with: index.json.data())
        }
    }
}
