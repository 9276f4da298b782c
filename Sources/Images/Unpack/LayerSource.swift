import Core

/// Opens a layer's blob as the tar stream it holds, checking the blob's digest and the tar's (`diff_id`) on the way.
package struct LayerSource {
    /// The tar stream. Nothing read from it may be trusted before it has been read to its end.
    package let tar: any ByteSource
    package let size: LimitedSource

    /// - Parameters:
    ///   - layer: The layer's descriptor; its media type says how it is packed.
    ///   - diffID: The digest of the uncompressed layer, as the configuration states it.
    ///   - store: Where the blob is.
    ///   - limit: Uncompressed bytes above which the layer is refused.
    /// - Throws: `SlipwayError` where the blob is missing or packed in an unknown way.
    package init(_ layer: Descriptor, diffID: Digest?, in store: ImageStore, limit: Int64) throws {
        guard let compression = MediaType.compression(ofLayer: layer.mediaType) else {
            throw SlipwayError(
                .invalidInput,
                "The layer \(layer.digest) is of a type that is not supported",
                why: "Its media type is \(layer.mediaType)."
            )
        }
        let blob = try store.open(layer)
        let plain: any ByteSource
        switch compression {
        case .none: plain = blob
        case .gzip: plain = try GzipDecoder(blob, name: "The layer \(layer.digest)")
        case .zstd: plain = try ZstdDecoder(blob, name: "The layer \(layer.digest)")
        }
        let limited = LimitedSource(plain, limit: limit, name: "The layer \(layer.digest)")
        size = limited
        tar = diffID.map { VerifyingSource(limited, digest: $0, name: "The unpacked layer") } ?? limited
    }
}
