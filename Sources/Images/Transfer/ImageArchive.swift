import Core
import Foundation

/// An image as one tar file: an OCI image layout, which Docker's `load` reads too. Signatures, attestations and the
/// scan's verdict go with it.
package enum ImageArchive {
    /// Writes images of a store to a file, which appears when it is whole.
    ///
    /// - Parameters:
    ///   - images: What to write, each with the names it gets when it is loaded.
    ///   - store: Where they are.
    ///   - file: The tar file.
    /// - Throws: `SlipwayError` where content is missing or damaged, or the file cannot be written.
    package static func save(
        _ images: [(descriptor: Descriptor, names: [String])],
        from store: ImageStore,
        to file: URL
    ) throws {
        let temporary = file.deletingLastPathComponent().appending(
            path: ".\(file.lastPathComponent).\(UUID().uuidString)"
        )
        do {
            let sink = FileSink(try OpenFile.open(temporary, O_WRONLY | O_CREAT | O_EXCL))
            try write(images, from: store, to: sink)
            guard rename(temporary.path, file.path) == 0 else {
                throw SystemCallError.last("Cannot write \(file.path)")
            }
        } catch {
            unlink(temporary.path)
            throw error
        }
    }

    private static func write(
        _ images: [(descriptor: Descriptor, names: [String])],
        from store: ImageStore,
        to sink: any ByteSink
    ) throws {
        var blobs: [Digest: Descriptor] = [:]
        var entries: [Descriptor] = []
        var docker: [JSON] = []
        for image in images {
            try collect(image.descriptor, in: store, &blobs)
            for name in image.names.isEmpty ? [nil] : image.names.map(Optional.some) {
                var entry = image.descriptor
                entry.annotations = [:]
                entry.annotations[ImageStore.referenceName] = name
                entries.append(entry)
            }
            for part in try store.manifests(of: image.descriptor.digest) {
                for attachment in try store.attachments(of: part) where blobs[attachment.digest] == nil {
                    try collect(attachment, in: store, &blobs)
                    entries.append(attachment)
                }
            }
            if let legacy = try dockerEntry(image.descriptor, image.names, store) { docker.append(legacy) }
        }
        let writer = TarWriter(sink)
        for folder in ["blobs", "blobs/sha256"] {
            try writer.append(TarEntry(path: Array(folder.utf8), kind: .directory, mode: 0o755))
        }
        for blob in blobs.values.sorted(by: { $0.digest < $1.digest }) {
            let path = "blobs/\(blob.digest.algorithm.rawValue)/\(blob.digest.hex)"
            let entry = TarEntry(path: Array(path.utf8), kind: .regular, mode: 0o644, size: blob.size)
            try writer.append(entry, content: try store.open(blob))
        }
        for (name, json) in [
            ("index.json", ImageIndex(manifests: entries).json), ("manifest.json", JSON.array(docker)),
            ("oci-layout", ["imageLayoutVersion": "1.0.0"]),
        ] {
            let bytes = Array(json.data())
            let entry = TarEntry(path: Array(name.utf8), kind: .regular, mode: 0o644, size: Int64(bytes.count))
            try writer.append(entry, content: MemorySource(bytes))
        }
        try writer.finish()
    }

    /// Everything that an image links to, each once.
    private static func collect(_ image: Descriptor, in store: ImageStore, _ blobs: inout [Digest: Descriptor]) throws {
        guard blobs.updateValue(image, forKey: image.digest) == nil else { return }
        let data = try store.document(image.digest)
        if try JSON(parsing: data)["manifests"] != nil {
            for child in try ImageIndex(parsing: data).manifests { try collect(child, in: store, &blobs) }
        } else {
            let manifest = try ImageManifest(parsing: data)
            for blob in [manifest.config] + manifest.layers { blobs[blob.digest] = blob }
        }
    }

    /// Docker's own description of an image in an archive; nil for an index without this machine's platform.
    private static func dockerEntry(_ image: Descriptor, _ names: [String], _ store: ImageStore) throws -> JSON? {
        guard let manifest = try? store.manifest(image.digest) else { return nil }
        func path(_ digest: Digest) -> JSON { .string("blobs/\(digest.algorithm.rawValue)/\(digest.hex)") }
        return [
            "Config": path(manifest.config.digest), "RepoTags": .array(names.map(JSON.string)),
            "Layers": .array(manifest.layers.map { path($0.digest) }),
        ]
    }
}

/// Writes to a file.
final class FileSink: ByteSink {
    private let file: OpenFile

    init(_ file: OpenFile) { self.file = file }

    func write(_ bytes: UnsafeRawBufferPointer) throws { try file.write(bytes) }
    func finish() throws { try file.synchronize() }
}
