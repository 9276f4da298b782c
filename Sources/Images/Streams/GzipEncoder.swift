import CZlib
import Core
import Foundation
import Synchronization

/// Compresses to gzip on all processors: no name, no time, no operating system in the header, so equal input gives
/// equal bytes.
///
/// The input is cut into blocks at fixed places and each is compressed on its own, with the end of the one before as its
/// dictionary; so the result is one ordinary gzip member and depends neither on the number of processors nor on how the
/// bytes arrive.
package final class GzipEncoder: ByteSink {
    /// The one level that layers are packed with; another level would give other digests.
    package static let level: Int32 = 6
    private static let blockSize = 1 << 20
    private static let dictionarySize = 32 << 10
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

    private let next: any ByteSink
    private let blocksAtOnce = min(max(ProcessInfo.processInfo.activeProcessorCount, 1), 16)
    /// What is not compressed yet, with the dictionary of its first block in front.
    private var pending: [UInt8] = []
    private var dictionary: [UInt8] = []
    private var checksum: UInt = crc32(0, nil, 0)
    private var count: UInt32 = 0
    private var isStarted = false

    package init(_ next: any ByteSink) throws {
        self.next = next
        pending.reserveCapacity(blocksAtOnce * Self.blockSize)
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            // A full batch is compressed only when more follows: the last block of all is marked as such.
            if pending.count == blocksAtOnce * Self.blockSize { try compress(isLast: false) }
            let part = rest.prefix(blocksAtOnce * Self.blockSize - pending.count)
            let piece = UnsafeRawBufferPointer(rebasing: part)
            checksum = crc32(checksum, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(piece.count))
            count &+= UInt32(truncatingIfNeeded: piece.count)
            pending.append(contentsOf: piece)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
        }
    }

    package func finish() throws {
        try compress(isLast: true)
        let trailer = [UInt32(truncatingIfNeeded: checksum), count].flatMap { number in
            withUnsafeBytes(of: number.littleEndian, Array.init)
        }
        try next.write(trailer)
        try next.finish()
    }

    private func compress(isLast: Bool) throws {
        if !isStarted {
            try next.write(Self.header)
            isStarted = true
        }
        let blocks = max(1, (pending.count + Self.blockSize - 1) / Self.blockSize)
        let results = Mutex<[Int: Result<[UInt8], SlipwayError>]>([:])
        let input = pending
        let before = dictionary
        DispatchQueue.concurrentPerform(iterations: blocks) { index in
            let range = (index * Self.blockSize)..<min((index + 1) * Self.blockSize, input.count)
            let known = index == 0 ? before[...] : input[..<range.lowerBound].suffix(Self.dictionarySize)
            let result = Result { () throws(SlipwayError) in
                try DeflateBlock.compress(input[range], after: known, isLast: isLast && index == blocks - 1)
            }
            results.withLock { $0[index] = result }
        }
        let compressed = results.withLock { $0 }
        for index in 0..<blocks {
            guard let block = compressed[index] else { continue }
            try next.write(block.get())
        }
        dictionary = Array(input.suffix(Self.dictionarySize))
        pending.removeAll(keepingCapacity: true)
    }
}

/// One piece of a deflate stream.
private enum DeflateBlock {
    /// Compresses a piece so that others can be put before and after it: it ends at a byte's border.
    static func compress(
        _ input: ArraySlice<UInt8>,
        after dictionary: ArraySlice<UInt8>,
        isLast: Bool
    ) throws(SlipwayError) -> [UInt8] {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer {
            deflateEnd(stream)
            stream.deallocate()
        }
        var status = deflateInit2_(
            stream,
            GzipEncoder.level,
            Z_DEFLATED,
            -15,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        if status == Z_OK, !dictionary.isEmpty {
            status = dictionary.withUnsafeBufferPointer {
                deflateSetDictionary(stream, $0.baseAddress, UInt32($0.count))
            }
        }
        guard status == Z_OK else { throw failure(status) }
        // Room for the worst case, and for the few bytes of a flush.
        let bound = Int(deflateBound(stream, UInt(input.count))) + 64
        let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            status = input.withUnsafeBufferPointer { input in
                // zlib never writes to its input; its C declaration lacks the `const`.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                return deflate(stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
            }
            count = buffer.count - Int(stream.pointee.avail_out)
        }
        guard status == (isLast ? Z_STREAM_END : Z_OK), stream.pointee.avail_in == 0 else { throw failure(status) }
        return output
    }

    private static func failure(_ status: Int32) -> SlipwayError {
        SlipwayError(.external, "zlib could not compress", why: "status \(status)")
    }
}
