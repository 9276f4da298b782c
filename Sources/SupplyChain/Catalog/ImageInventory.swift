import Core
import Foundation
import Images

/// Finds the packages of an image without unpacking it.
package enum ImageInventory {
    /// Reads the layers from the top, so that each path is met first where it counts.
    ///
    /// - Throws: `SlipwayError` where content is missing, damaged or refused.
    package static func read(_ digest: Digest, named name: String, from store: ImageStore) throws -> Inventory {
        let digest = try store.manifestDigest(digest)
        let manifest = try store.manifest(digest)
        let config = try store.config(manifest)
        guard config.diffIDs.count == manifest.layers.count else {
            throw SlipwayError(.invalidInput, "The image \(digest) is damaged", why: "Layers and diff_ids differ.")
        }
        var collector = InventoryCollector()
        var view = LayerView()
        let policy = UnpackPolicy()
        var room = policy.maximumBytes
        for (layer, diffID) in zip(manifest.layers, config.diffIDs).reversed() {
            let source = try LayerSource(layer, diffID: diffID, in: store, limit: room)
            let reader = TarReader(source.tar)
            view.beginLayer()
            while let entry = try reader.next() {
                let path = try ArchivePath(untrusted: entry.path)
                guard view.shows(path, entry.kind), entry.kind == .regular else { continue }
                let executable = entry.mode & 0o111 != 0
                try collector.take(path, size: entry.size, isExecutable: executable, layer: diffID) { reader }
            }
            try source.tar.drain()
            room -= source.size.count
        }
        var subject = InventorySubject(kind: .image, name: name, digest: digest)
        subject.version = config.labels[ImageLabels.version]
        return collector.inventory(of: subject)
    }
}
