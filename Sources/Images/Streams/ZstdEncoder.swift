import CZstd
import Core

/// Compresses to one Zstandard frame: one level, one thread and no content size, so equal input gives equal bytes.
package final class ZstdEncoder: ByteSink {
    /// The one level that layers are packed with; another level would give other digests.
    package static let level: Int32 = 3

    private let next: any ByteSink
    private let context: OpaquePointer
    private let storage: UnsafeMutableRawBufferPointer

    package init(_ next: any ByteSink) throws {
        guard let context = ZSTD_createCCtx() else {
            throw SlipwayError(.external, "zstd could not start compressing")
        }
        self.next = next
        self.context = context
        storage = .allocate(byteCount: StreamBuffer.size, alignment: 16)
        try Self.check(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Self.level))
        try Self.check(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))
    }

    deinit {
        ZSTD_freeCCtx(context)
        storage.deallocate()
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while input.pos < input.size { _ = try step(&input, ZSTD_e_continue) }
    }

    package func finish() throws {
        var nothing = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        while try step(&nothing, ZSTD_e_end) > 0 {}
        try next.finish()
    }

    /// Compresses some more and says how much is still held back.
    private func step(_ input: inout ZSTD_inBuffer, _ directive: ZSTD_EndDirective) throws -> Int {
        var output = ZSTD_outBuffer(dst: storage.baseAddress, size: storage.count, pos: 0)
        let left = ZSTD_compressStream2(context, &output, &input, directive)
        try Self.check(left)
        if output.pos > 0 { try next.write(UnsafeRawBufferPointer(rebasing: storage[..<output.pos])) }
        return left
    }

    private static func check(_ result: Int) throws {
        guard ZSTD_isError(result) == 0 else {
            let why = ZSTD_getErrorName(result).map { String(cString: $0) }
            throw SlipwayError(.external, "zstd could not compress", why: why)
        }
    }
}
