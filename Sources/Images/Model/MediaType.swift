/// The media types of image content; OCI's and Docker's schema 2 both occur, also mixed in one index.
package enum MediaType {
    package static let index = "application/vnd.oci.image.index.v1+json"
    package static let manifest = "application/vnd.oci.image.manifest.v1+json"
    package static let config = "application/vnd.oci.image.config.v1+json"
    package static let layer = "application/vnd.oci.image.layer.v1.tar"
    package static let gzipLayer = "application/vnd.oci.image.layer.v1.tar+gzip"
    package static let zstdLayer = "application/vnd.oci.image.layer.v1.tar+zstd"
    package static let empty = "application/vnd.oci.empty.v1+json"

    package static let dockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json"
    package static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    package static let dockerConfig = "application/vnd.docker.container.image.v1+json"
    package static let dockerLayer = "application/vnd.docker.image.rootfs.diff.tar"
    package static let dockerGzipLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip"

    /// What a registry may answer when it is asked for a manifest.
    package static let manifests = [manifest, index, dockerManifest, dockerIndex]

    package static func isIndex(_ type: String) -> Bool { type == index || type == dockerIndex }
    package static func isManifest(_ type: String) -> Bool { type == manifest || type == dockerManifest }

    package enum Compression: Sendable, Hashable { case none, gzip, zstd }

    /// How a layer of this type is packed; nil for a type that is no layer.
    package static func compression(ofLayer type: String) -> Compression? {
        // Non-distributable layers differ in where they may be pushed, not in how they are packed.
        let plain = type.replacing("layer.nondistributable.v1", with: "layer.v1")
        return switch plain {
        case layer, dockerLayer: Compression.none
        case gzipLayer, dockerGzipLayer, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip": .gzip
        case zstdLayer, "application/vnd.docker.image.rootfs.diff.tar.zstd": .zstd
        default: nil
        }
    }
}
