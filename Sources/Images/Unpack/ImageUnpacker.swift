import Core
import Foundation
import Synchronization

/// Unpacks an image's layers into a root file system.
package struct ImageUnpacker: Sendable {
    package let policy: UnpackPolicy

    package init(policy: UnpackPolicy = UnpackPolicy()) { self.policy = policy }

    /// Unpacks an image into a folder that does not exist yet or is empty.
    ///
    /// The tree is made beside the folder and takes its name at the end, after every layer's digest and `diff_id` has
    /// been verified: there is never half an image under `folder`. Owners are set when run as root.
    ///
    /// - Parameters:
    ///   - manifest: The image's manifest, or an index, of which the manifest for this platform is taken.
    ///   - store: Where its blobs are.
    ///   - folder: Where the root file system shall be.
    /// - Throws: `SlipwayError` where content is missing, damaged or refused; `CancellationError`.
    package func unpack(manifest: Digest, from store: ImageStore, into folder: URL) async throws {
        let cancelled = Flag()
        try await withTaskCancellationHandler {
            try await Blocking.run { try unpackNow(manifest, store, folder, cancelled) }
        } onCancel: {
            cancelled.raise()
        }
    }

    /// The root file system of an image in a folder shared by all containers of it, unpacked when first asked for.
    ///
    /// Must only be read. Processes and tasks may ask at the same time: one unpacks, the others wait for it.
    ///
    /// - Parameters:
    ///   - manifest: The image's manifest, or an index of manifests.
    ///   - store: Where its blobs are.
    ///   - folder: Where all shared root file systems are; each is named after its manifest.
    /// - Returns: The folder with the image's files.
    /// - Throws: As `unpack(manifest:from:into:)`.
    package func sharedRoot(manifest: Digest, from store: ImageStore, under folder: URL) async throws -> URL {
        let cancelled = Flag()
        return try await withTaskCancellationHandler {
            try await Blocking.run {
                let digest = try store.manifestDigest(manifest)
                let tree = folder.appending(path: "\(digest.algorithm.rawValue)-\(digest.hex)")
                if FileManager.default.fileExists(atPath: tree.path) { return tree }
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try FileLock.hold(folder.appending(path: ".\(tree.lastPathComponent).lock")) {
                    if FileManager.default.fileExists(atPath: tree.path) { return }
                    try unpackNow(digest, store, tree, cancelled)
                }
                return tree
            }
        } onCancel: {
            cancelled.raise()
        }
    }

    private func unpackNow(_ digest: Digest, _ store: ImageStore, _ folder: URL, _ cancelled: Flag) throws {
        let manifest = try store.manifest(digest)
        let config = try store.config(manifest)
        guard config.diffIDs.count == manifest.layers.count else {
            throw SlipwayError(
                .invalidInput,
                "The image \(digest) is damaged",
                why: "It has \(manifest.layers.count) layers but \(config.diffIDs.count) diff_ids."
            )
        }
        let folder = folder.standardizedFileURL
        let parent = folder.deletingLastPathComponent()
        let partial = parent.appending(path: ".\(folder.lastPathComponent).\(UUID().uuidString)")
        let manager = FileManager.default
        do {
            try manager.createDirectory(at: parent, withIntermediateDirectories: true)
            try manager.createDirectory(at: partial, withIntermediateDirectories: false)
        } catch {
            throw SlipwayError(.external, "Cannot make the folder \(partial.path)", why: "\(error)")
        }
        do {
            try apply(Array(zip(manifest.layers, config.diffIDs)), from: store, to: partial, cancelled)
            // Replaces an empty folder, and nothing else.
            guard rename(partial.path, folder.path) == 0 else {
                throw SystemCallError.last("Cannot unpack into \(folder.path)")
            }
        } catch {
            try? manager.removeItem(at: partial)
            throw error
        }
    }

    private func apply(
        _ layers: [(Descriptor, Digest)],
        from store: ImageStore,
        to folder: URL,
        _ cancelled: Flag
    ) throws {
        let applier = LayerApplier(root: try RootDirectory(folder), policy: policy)
        var room = policy.maximumBytes
        for (layer, diffID) in layers {
            let source = try LayerSource(layer, diffID: diffID, in: store, limit: room)
            applier.beginLayer()
            let reader = TarReader(source.tar)
            while let entry = try reader.next() {
                if cancelled.isRaised { throw CancellationError() }
                try applier.apply(entry, content: reader)
            }
            // What follows the archive's end is part of both digests.
            try source.tar.drain()
            room -= source.size.count
        }
        try applier.finish()
    }
}

/// A sign that one thread gives and another sees.
final class Flag: Sendable {
    private let raised = Atomic(false)

    func raise() { raised.store(true, ordering: .relaxed) }
    var isRaised: Bool { raised.load(ordering: .relaxed) }
}

/// Runs work that blocks (files, compression) on a thread of its own, so that it takes none from Swift's small pool.
package enum Blocking {
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
        }
    }
}
