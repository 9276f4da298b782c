import CZlib
import Core

/// Compresses to gzip: no name, no time, no operating system in the header, so equal input gives equal bytes.
package final class GzipEncoder: ByteSink {
    /// The one level that layers are packed with; another level would give other digests.
    package static let level: Int32 = 6

    private let next: any ByteSink
    private let stream: UnsafeMutablePointer<z_stream>
    private let header: UnsafeMutablePointer<gz_header>
    private let output: UnsafeMutableRawBufferPointer

    package init(_ next: any ByteSink) throws {
        self.next = next
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        header = .allocate(capacity: 1)
        header.initialize(to: gz_header())
        // 255: unknown system. zlib's default is the one it was compiled on.
        header.pointee.os = 255
        output = .allocate(byteCount: StreamBuffer.size, alignment: 16)
        let status = deflateInit2_(
            stream,
            Self.level,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK, deflateSetHeader(stream, header) == Z_OK else {
            throw SlipwayError(.external, "zlib could not start compressing", why: "status \(status)")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        header.deallocate()
        output.deallocate()
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        // zlib never writes to its input; its C declaration lacks the `const`.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(bytes.count)
        while stream.pointee.avail_in > 0 { try deflateOnce(Z_NO_FLUSH) }
    }

    package func finish() throws {
        stream.pointee.avail_in = 0
        while try deflateOnce(Z_FINISH) != Z_STREAM_END {}
        try next.finish()
    }

    @discardableResult
    private func deflateOnce(_ flush: Int32) throws -> Int32 {
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(output.count)
        let status = deflate(stream, flush)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw SlipwayError(.external, "zlib could not compress", why: "status \(status)")
        }
        let produced = output.count - Int(stream.pointee.avail_out)
        if produced > 0 { try next.write(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
        return status
    }
}
