import CZstd
import Core

/// Decompresses Zstandard data (RFC 8878) as it is read; several frames one after the other are one stream.
package final class ZstdDecoder: ByteSource {
    private let source: any ByteSource
    private let name: String
    private let context: OpaquePointer
    private let storage: UnsafeMutableRawBufferPointer
    private var input: ZSTD_inBuffer
    private var sourceEnded = false
    /// What zstd still expects; 0 between frames.
    private var expected = 0

    package init(_ source: any ByteSource, name: String) throws {
        guard let context = ZSTD_createDCtx() else {
            throw SlipwayError(.external, "zstd could not start decompressing")
        }
        self.source = source
        self.name = name
        self.context = context
        storage = .allocate(byteCount: StreamBuffer.size, alignment: 16)
        input = ZSTD_inBuffer(src: storage.baseAddress, size: 0, pos: 0)
    }

    deinit {
        ZSTD_freeDCtx(context)
        storage.deallocate()
    }

    /// A frame that wants a window above 128 MiB is refused by the library's own limit, so memory stays bounded.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !buffer.isEmpty else { return 0 }
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        while output.pos == 0 {
            if input.pos == input.size {
                try fill()
                if sourceEnded {
                    guard expected == 0 else { throw damage("It ends too early.") }
                    return 0
                }
            }
            let result = ZSTD_decompressStream(context, &output, &input)
            guard ZSTD_isError(result) == 0 else {
                throw damage(ZSTD_getErrorName(result).map { String(cString: $0) } ?? "zstd says no.")
            }
            expected = result
        }
        return output.pos
    }

    private func fill() throws {
        guard !sourceEnded else { return }
        let count = try source.read(into: storage)
        sourceEnded = count == 0
        input = ZSTD_inBuffer(src: storage.baseAddress, size: count, pos: 0)
    }

    private func damage(_ why: String) -> SlipwayError {
        SlipwayError(.invalidInput, "\(name) is not valid compressed data", why: why)
    }
}
