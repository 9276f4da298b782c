import Core
import Foundation

/// A folder with images in the OCI image layout: content-addressed blobs and `index.json`, which names them.
///
/// Any tool that knows the layout reads it (`skopeo inspect oci:DIR:NAME`). Blobs appear whole or not at all, and what
/// is read is checked against its digest; processes that tag at the same time do not lose each other's entries.
package struct ImageStore: Sendable {
    package let directory: URL

    /// Names a layout; the folder is made when something is written.
    package init(directory: URL) { self.directory = directory }

    /// Manifests, indexes and configurations above this are refused: they are read whole (distribution's own limit).
    static let documentLimit = 4 << 20

    /// Makes the folder an image layout, if it is none yet.
    package func create() throws {
        let manager = FileManager.default
        do {
            try manager.createDirectory(at: blobs(.sha256), withIntermediateDirectories: true)
            try manager.createDirectory(at: ingest, withIntermediateDirectories: true)
        } catch {
            throw SlipwayError(.external, "Cannot make an image layout in \(directory.path)", why: "\(error)")
        }
        try FileLock.hold(directory.appending(path: ".lock")) {
            if !manager.fileExists(atPath: directory.appending(path: "oci-layout").path) {
                try replaceFile("oci-layout", with: JSON.object(["imageLayoutVersion": "1.0.0"]).data())
            }
            if !manager.fileExists(atPath: indexFile.path) {
                try replaceFile("index.json", with: ImageIndex(manifests: []).json.data())
            }
        }
    }

    /// Whether the folder holds an image layout at all.
    package var exists: Bool {
        FileManager.default.fileExists(atPath: directory.appending(path: "oci-layout").path)
    }

    var indexFile: URL { directory.appending(path: "index.json") }
    var lockFile: URL { directory.appending(path: ".lock") }
    /// Where blobs are written before they have their name.
    var ingest: URL { directory.appending(path: "ingest") }

    func blobs(_ algorithm: Digest.Algorithm) -> URL {
        directory.appending(path: "blobs").appending(path: algorithm.rawValue)
    }

    /// Where a blob lies, whether or not it is there.
    package func path(of digest: Digest) -> URL { blobs(digest.algorithm).appending(path: digest.hex) }

    /// Replaces a file of the layout in one step.
    func replaceFile(_ name: String, with data: Data) throws {
        let temporary = ingest.appending(path: "\(name).\(UUID().uuidString)")
        do {
            let file = try OpenFile.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
            try data.withUnsafeBytes { try file.write($0) }
            try file.synchronize()
            guard rename(temporary.path, directory.appending(path: name).path) == 0 else {
                throw SystemCallError.last("Cannot write \(name) in \(directory.path)")
            }
        } catch {
            unlink(temporary.path)
            throw error
        }
    }
}
