import Core
import Foundation

extension ImageStore {
    package struct PruneResult: Sendable, Hashable {
        package var removed: [Digest] = []
        package var bytes: Int64 = 0
    }

    /// Removes blobs that no named image needs and that are older than `age`, and what interrupted writers left.
    ///
    /// - Parameters:
    ///   - keep: Digests of images to keep although they have no name, such as the ones that are deployed.
    ///   - age: A blob younger than this may belong to an image that is being built right now.
    ///   - now: The time that ages are counted from.
    /// - Returns: What was removed.
    /// - Throws: `SlipwayError` where the layout cannot be read; then nothing is removed.
    package func prune(keeping keep: Set<Digest> = [], olderThan age: Duration, now: Date) throws -> PruneResult {
        guard exists else { return PruneResult() }
        var result = PruneResult()
        try FileLock.hold(lockFile) {
            var needed: Set<Digest> = []
            for root in try roots() { try mark(root.digest, &needed) }
            for digest in keep where contains(digest) { try mark(digest, &needed) }
            let limit = now.addingTimeInterval(-Double(age.components.seconds))
            for algorithm in Digest.Algorithm.allCases {
                for file in files(in: blobs(algorithm), olderThan: limit) {
                    guard let digest = try? Digest(parsing: "\(algorithm.rawValue):\(file.url.lastPathComponent)"),
                        !needed.contains(digest)
                    else { continue }
                    try FileManager.default.removeItem(at: file.url)
                    result.removed.append(digest)
                    result.bytes += file.size
                }
            }
            for file in files(in: ingest, olderThan: limit) { try FileManager.default.removeItem(at: file.url) }
        }
        result.removed.sort()
        return result
    }

    /// Adds a manifest or index, and all that it links to, to the set.
    private func mark(_ digest: Digest, _ needed: inout Set<Digest>) throws {
        guard needed.insert(digest).inserted, contains(digest) else { return }
        let data = try document(digest)
        if try JSON(parsing: data)["manifests"] != nil {
            for child in try ImageIndex(parsing: data).manifests { try mark(child.digest, &needed) }
        } else {
            let manifest = try ImageManifest(parsing: data)
            needed.formUnion([manifest.config.digest] + manifest.layers.map(\.digest))
        }
    }

    private func files(in folder: URL, olderThan limit: Date) -> [(url: URL, size: Int64)] {
        let keys: Set<URLResourceKey> = [.contentModificationDateKey, .fileSizeKey]
        let urls = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: Array(keys))
        return (urls ?? []).compactMap { url in
            guard let values = try? url.resourceValues(forKeys: keys), let date = values.contentModificationDate,
                date < limit
            else { return nil }
            return (url, Int64(values.fileSize ?? 0))
        }
    }
}
