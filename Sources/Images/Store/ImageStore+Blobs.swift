import Core
import Foundation

extension ImageStore {
    /// Whether a blob is there (and, where the size is known, whole).
    package func contains(_ digest: Digest, size: Int64? = nil) -> Bool {
        var status = stat()
        guard stat(path(of: digest).path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return size.map { $0 == Int64(status.st_size) } ?? true
    }

    /// Opens a blob for reading; its digest and size are compared at its end.
    ///
    /// - Throws: `SlipwayError` where the blob is missing; and, while reading, where it is damaged.
    package func open(_ descriptor: Descriptor) throws -> VerifyingSource {
        VerifyingSource(
            try open(descriptor.digest),
            digest: descriptor.digest,
            size: descriptor.size,
            name: "The blob"
        )
    }

    private func open(_ digest: Digest) throws -> OpenFile {
        guard contains(digest) else {
            throw SlipwayError(
                .external,
                "The blob \(digest) is missing in \(directory.path)",
                next: "Build, pull or load the image again."
            )
        }
        return try OpenFile.open(path(of: digest))
    }

    /// Reads a small blob whole: a manifest, an index, a configuration. Its digest is verified.
    package func document(_ digest: Digest) throws -> Data {
        let source = VerifyingSource(try open(digest), digest: digest, name: "The blob")
        return Data(try source.readAll(limit: Self.documentLimit, "The document \(digest)"))
    }

    /// Starts writing a blob whose digest is known only at its end.
    package func makeBlobWriter(_ algorithm: Digest.Algorithm = .sha256) throws -> BlobWriter {
        try create()
        return try BlobWriter(store: self, algorithm: algorithm)
    }

    /// Stores some bytes; returns what to link to.
    @discardableResult
    package func write(_ data: Data, mediaType: String, algorithm: Digest.Algorithm = .sha256) throws -> Descriptor {
        let writer = try makeBlobWriter(algorithm)
        try data.withUnsafeBytes { try writer.write($0) }
        return try writer.commit(mediaType: mediaType)
    }

    /// Stores what a source gives, if it is what the descriptor promises.
    package func write(_ source: any ByteSource, as descriptor: Descriptor) throws {
        if contains(descriptor.digest, size: descriptor.size) { return }
        let writer = try makeBlobWriter(descriptor.digest.algorithm)
        let verified = VerifyingSource(source, digest: descriptor.digest, size: descriptor.size, name: "The blob")
        try verified.copy(to: writer)
        _ = try writer.commit(mediaType: descriptor.mediaType)
    }
}

/// Writes one blob beside the others and gives it its name only when it is whole.
package final class BlobWriter: ByteSink {
    private let store: ImageStore
    private let temporary: URL
    private let file: OpenFile
    private let algorithm: Digest.Algorithm
    private var hasher: DigestHasher
    private var committed = false
    /// Bytes written so far.
    package private(set) var size: Int64 = 0

    fileprivate init(store: ImageStore, algorithm: Digest.Algorithm) throws {
        self.store = store
        self.algorithm = algorithm
        hasher = DigestHasher(algorithm)
        temporary = store.ingest.appending(path: "blob.\(UUID().uuidString)")
        file = try OpenFile.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
    }

    deinit {
        if !committed { unlink(temporary.path) }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        hasher.update(bytes)
        size += Int64(bytes.count)
        try file.write(bytes)
    }

    package func finish() throws {}

    /// The digest of what has been written so far.
    package var digest: Digest { hasher.digest() }

    /// Gives the blob its name. A blob that is there already stays as it is: it has the same bytes.
    package func commit(mediaType: String) throws -> Descriptor {
        let digest = hasher.digest()
        if !store.contains(digest, size: size) {
            try file.synchronize()
            if algorithm != .sha256 {
                try FileManager.default.createDirectory(
                    at: store.blobs(algorithm),
                    withIntermediateDirectories: true
                )
            }
            guard rename(temporary.path, store.path(of: digest).path) == 0 else {
                throw SystemCallError.last("Cannot store the blob \(digest)")
            }
            committed = true
        }
        return Descriptor(mediaType: mediaType, digest: digest, size: size)
    }
}
