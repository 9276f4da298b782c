import Core
import Foundation

/// A layer that is in the store.
package struct BuiltLayer: Sendable, Hashable {
    /// `root`, `system`, `runtime`, `resources` or `application`.
    package let name: String
    package let descriptor: Descriptor
    package let diffID: Digest
    /// In bytes, uncompressed.
    package let size: Int64
    package let files: Int
    /// Whether the store had it already.
    package let reused: Bool
}

/// Writes layers so that equal files give equal bytes: sorted, with fixed owners, modes and times.
struct LayerBuilder {
    let store: ImageStore
    var packing = LayerPacking.gzip

    func build(_ name: String, _ nodes: [ArchivePath: TreeNode], modified: Int64) throws -> BuiltLayer {
        let paths = nodes.keys.sorted()
        let files = nodes.values.count { !$0.isDirectory }
        // Reading is cheap and compressing is not: a layer that is there already is only hashed.
        let plain = HashingSink(NullSink())
        try write(paths, nodes, modified, to: plain)
        let known = LayerCache(store: store, packing: packing)
        if let descriptor = known.descriptor(of: plain.digest) {
            return BuiltLayer(
                name: name,
                descriptor: descriptor,
                diffID: plain.digest,
                size: plain.count,
                files: files,
                reused: true
            )
        }
        let blob = try store.makeBlobWriter()
        let tar = HashingSink(try packing.encoder(blob))
        try write(paths, nodes, modified, to: tar)
        let descriptor = try blob.commit(mediaType: packing.mediaType)
        try known.remember(descriptor, for: tar.digest)
        return BuiltLayer(
            name: name,
            descriptor: descriptor,
            diffID: tar.digest,
            size: tar.count,
            files: files,
            reused: false
        )
    }

    private func write(
        _ paths: [ArchivePath],
        _ nodes: [ArchivePath: TreeNode],
        _ modified: Int64,
        to sink: any ByteSink
    ) throws {
        let writer = TarWriter(sink)
        for path in paths {
            guard let node = nodes[path] else { continue }
            var entry = TarEntry(
                path: path.bytes,
                kind: .regular,
                mode: node.mode,
                uid: node.uid,
                gid: node.gid,
                modified: modified
            )
            var content: (any ByteSource)?
            switch node.content {
            case .directory: entry.kind = .directory
            case .link(let target):
                entry.kind = .symbolicLink
                entry.linkTarget = target
            case .bytes(let bytes):
                entry.size = Int64(bytes.count)
                content = MemorySource(bytes)
            case .file(let url, let size):
                entry.size = size
                content = try OpenFile.open(url)
            }
            try writer.append(entry, content: content)
        }
        try writer.finish()
    }
}

/// Takes bytes and keeps none.
private final class NullSink: ByteSink {
    func write(_ bytes: UnsafeRawBufferPointer) throws {}
    func finish() throws {}
}

/// Remembers which blob an uncompressed layer became, so that it is compressed once.
///
/// Only a hint: an entry counts while its blob is there, and blobs are verified whenever they are read.
private struct LayerCache {
    let store: ImageStore
    let packing: LayerPacking

    private func file(_ diffID: Digest) -> URL {
        store.directory.appending(path: "layer-cache").appending(path: "\(diffID.hex).\(packing.cacheKey)")
    }

    func descriptor(of diffID: Digest) -> Descriptor? {
        guard let data = try? Data(contentsOf: file(diffID)), let json = try? JSON(parsing: data),
            let descriptor = try? Descriptor(json: json),
            store.contains(descriptor.digest, size: descriptor.size)
        else { return nil }
        return descriptor
    }

    func remember(_ descriptor: Descriptor, for diffID: Digest) throws {
        let file = file(diffID)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try descriptor.json.data().write(to: file, options: .atomic)
    }
}
