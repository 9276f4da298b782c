import CZlib
import Core

/// Decompresses gzip, zlib or raw deflate data as it is read; several gzip members one after the other are one stream.
package final class GzipDecoder: ByteSource {
    package enum Format: Sendable {
        case gzip
        /// Deflate without a header, as in ZIP files.
        case raw

        var windowBits: Int32 {
            switch self {
            case .gzip: 15 + 16
            case .raw: -15
            }
        }
    }

    private let source: any ByteSource
    private let format: Format
    private let name: String
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var sourceEnded = false
    private var ended = false

    package init(_ source: any ByteSource, format: Format = .gzip, name: String) throws {
        self.source = source
        self.format = format
        self.name = name
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: StreamBuffer.size, alignment: 16)
        let status = inflateInit2_(stream, format.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw SlipwayError(.external, "zlib could not start decompressing", why: "status \(status)")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let base = buffer.baseAddress, !buffer.isEmpty, !ended else { return 0 }
        stream.pointee.next_out = base.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: buffer.count)
        let room = Int(stream.pointee.avail_out)
        while Int(stream.pointee.avail_out) == room {
            if stream.pointee.avail_in == 0 { try fill() }
            let status = inflate(stream, Z_NO_FLUSH)
            switch status {
            case Z_OK: break
            case Z_STREAM_END:
                if try !startNextMember() {
                    ended = true
                    return room - Int(stream.pointee.avail_out)
                }
            case Z_BUF_ERROR where sourceEnded: throw damage("It ends too early.")
            case Z_BUF_ERROR: break
            default: throw damage(stream.pointee.msg.map { String(cString: $0) } ?? "zlib says \(status).")
            }
        }
        return room - Int(stream.pointee.avail_out)
    }

    private func fill() throws {
        guard !sourceEnded else { return }
        let count = try source.read(into: input)
        sourceEnded = count == 0
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
    }

    /// After a member's end: another member, padding with zeros, or the end of the file.
    private func startNextMember() throws -> Bool {
        guard format == .gzip else {
            try source.drain()
            return false
        }
        while true {
            if stream.pointee.avail_in == 0 { try fill() }
            if stream.pointee.avail_in == 0 { return false }
            guard let next = stream.pointee.next_in else { return false }
            if next.pointee == 0x1F { break }
            guard next.pointee == 0 else { throw damage("Something that is not gzip follows the compressed data.") }
            stream.pointee.next_in = next + 1
            stream.pointee.avail_in -= 1
        }
        guard inflateReset(stream) == Z_OK else { throw damage("zlib could not go on.") }
        return true
    }

    private func damage(_ why: String) -> SlipwayError {
        SlipwayError(.invalidInput, "\(name) is not valid compressed data", why: why)
    }
}
