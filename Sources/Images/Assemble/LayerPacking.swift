/// How layers are compressed.
package enum LayerPacking: String, Sendable, CaseIterable {
    /// What every tool reads.
    case gzip
    /// Five times as fast, and smaller; Docker reads it since version 23, containerd since 1.5.
    case zstd

    var mediaType: String {
        switch self {
        case .gzip: MediaType.gzipLayer
        case .zstd: MediaType.zstdLayer
        }
    }

    /// Names the exact bytes that come out: another level gives another blob.
    var cacheKey: String {
        switch self {
        case .gzip: "gzip-\(GzipEncoder.level)"
        case .zstd: "zstd-\(ZstdEncoder.level)"
        }
    }

    func encoder(_ sink: any ByteSink) throws -> any ByteSink {
        switch self {
        case .gzip: try GzipEncoder(sink)
        case .zstd: try ZstdEncoder(sink)
        }
    }
}
