import Core
import Foundation
import NIOCore

/// A stretch of a file as chunks; it can be read again from the start.
struct FileChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let url: URL
    let offset: Int64
    let length: Int64

    func makeAsyncIterator() -> Iterator { Iterator(chunks: self, position: offset) }

    struct Iterator: AsyncIteratorProtocol {
        private let chunks: FileChunks
        private var position: Int64
        private var file: OpenFile?

        init(chunks: FileChunks, position: Int64) {
            self.chunks = chunks
            self.position = position
        }

        mutating func next() async throws -> ByteBuffer? {
            let left = chunks.offset + chunks.length - position
            guard left > 0 else { return nil }
            let open = try file ?? OpenFile.open(chunks.url)
            file = open
            let wanted = Int(Swift.min(left, 256 << 10))
            var buffer = ByteBuffer()
            let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
                try open.read(into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(wanted)), at: position)
            }
            guard count > 0 else {
                throw SlipwayError(.external, "\(chunks.url.path) became shorter while it was sent")
            }
            position += Int64(count)
            return buffer
        }
    }
}
