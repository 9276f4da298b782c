import Core
import Foundation

/// Files that are uploaded and downloaded by addresses that nobody can guess, as with a blob store's signed URLs.
actor BlobStore {
    private struct Blob {
        let file: URL
        let isWritable: Bool
    }

    private let folder: URL
    private var url = ""
    private var blobs: [String: Blob] = [:]

    init(folder: URL) { self.folder = folder }

    func serve(at url: String) { self.url = url }

    /// A place for an upload.
    func upload() throws -> (id: String, url: String) {
        let id = Self.makeId()
        let place = folder.appending(path: id)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        blobs[id] = Blob(file: place.appending(path: "content"), isWritable: true)
        return (id, "\(url)/blobs/\(id)?sig=\(id.suffix(8))")
    }

    /// An address for a file.
    func download(_ file: URL) -> String {
        let id = Self.makeId()
        blobs[id] = Blob(file: file, isWritable: false)
        return "\(url)/blobs/\(id)?sig=\(id.suffix(8))"
    }

    /// The file of a blob; nil for an unknown one.
    func file(_ id: String, forWriting: Bool) -> URL? {
        guard let blob = blobs[id], !forWriting || blob.isWritable else { return nil }
        return blob.file
    }

    /// Where a block of an upload goes until the list of blocks is committed.
    func block(_ block: String, of id: String) -> URL? {
        guard let file = file(id, forWriting: true) else { return nil }
        return file.deletingLastPathComponent().appending(path: "block-\(Data(block.utf8).base64URL)")
    }

    /// Puts blocks together, in order.
    ///
    /// - Returns: false where a block is missing.
    func commit(_ blocks: [String], of id: String) throws -> Bool {
        guard let file = file(id, forWriting: true) else { return false }
        let parts = blocks.compactMap { block($0, of: id) }
        guard parts.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) else { return false }
        try Data().write(to: file)
        let output = try FileHandle(forWritingTo: file)
        defer { try? output.close() }
        for part in parts {
            let input = try FileHandle(forReadingFrom: part)
            defer { try? input.close() }
            while let piece = try input.read(upToCount: 1 << 20), !piece.isEmpty { try output.write(contentsOf: piece) }
            try FileManager.default.removeItem(at: part)
        }
        return true
    }

    /// Forgets an upload and removes what it holds.
    func remove(_ id: String) {
        guard blobs.removeValue(forKey: id) != nil else { return }
        try? FolderCopy.remove(folder.appending(path: id).path)
    }

    private static func makeId() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
    }
}
