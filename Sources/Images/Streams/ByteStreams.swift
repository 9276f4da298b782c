import Core

/// Bytes to be read once, in order, without holding them whole (design decision 11).
package protocol ByteSource: AnyObject {
    /// Fills the buffer's front and says how far; 0 only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Somewhere bytes go, in order.
package protocol ByteSink: AnyObject {
    func write(_ bytes: UnsafeRawBufferPointer) throws
    /// Everything has been written: flushes what is held back.
    func finish() throws
}

extension OpenFile: ByteSource {}

extension ByteSource {
    /// Reads until the buffer is full or the source ends.
    package func readFully(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < buffer.count {
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Everything that is left.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) as soon as it is more than `limit` bytes.
    package func readAll(limit: Int, _ name: @autoclosure () -> String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachChunk { chunk in
            guard bytes.count + chunk.count <= limit else {
                throw SlipwayError(.invalidInput, "\(name()) is larger than \(limit) bytes")
            }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }

    /// Reads and drops all that is left, so that checks at the end of a stream are made.
    package func drain() throws { try forEachChunk { _ in } }

    package func copy(to sink: any ByteSink) throws { try forEachChunk { try sink.write($0) } }

    package func forEachChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: StreamBuffer.size, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try read(into: buffer)
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}

extension ByteSink {
    package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }
}

enum StreamBuffer {
    /// How much is moved at once.
    static let size = 128 * 1024
}

/// Bytes that are already in memory.
package final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var position = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = min(buffer.count, bytes.count - position)
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }
}

/// Collects bytes in memory, for small things and tests.
package final class MemorySink: ByteSink {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package func write(_ bytes: UnsafeRawBufferPointer) throws { self.bytes.append(contentsOf: bytes) }
    package func finish() throws {}
}

/// Hashes and counts what passes on its way to another sink.
package final class HashingSink: ByteSink {
    private let next: any ByteSink
    private var hasher: DigestHasher
    package private(set) var count: Int64 = 0

    package init(_ next: any ByteSink, algorithm: Digest.Algorithm = .sha256) {
        self.next = next
        hasher = DigestHasher(algorithm)
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        hasher.update(bytes)
        count += Int64(bytes.count)
        try next.write(bytes)
    }

    package func finish() throws { try next.finish() }

    package var digest: Digest { hasher.digest() }
}

/// Passes bytes on and, at their end, compares their digest (and size) with what was promised.
///
/// Until the end has been read nothing that came through may be trusted.
package final class VerifyingSource: ByteSource {
    private let source: any ByteSource
    private let expected: Digest
    private let expectedSize: Int64?
    private let name: String
    private var hasher: DigestHasher
    private var count: Int64 = 0
    private var verified = false

    package init(_ source: any ByteSource, digest: Digest, size: Int64? = nil, name: String) {
        self.source = source
        self.name = name
        expected = digest
        expectedSize = size
        hasher = DigestHasher(digest.algorithm)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let read = try source.read(into: buffer)
        if read == 0 {
            try verify()
            return 0
        }
        count += Int64(read)
        if let expectedSize, count > expectedSize {
            throw damage("It is longer than the \(expectedSize) bytes promised.")
        }
        hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<read]))
        return read
    }

    private func verify() throws {
        if verified { return }
        if let expectedSize, count != expectedSize {
            throw damage("It has \(count) bytes instead of \(expectedSize).")
        }
        let actual = hasher.digest()
        guard actual == expected else { throw damage("Its digest is \(actual).") }
        verified = true
    }

    private func damage(_ why: String) -> SlipwayError {
        SlipwayError(
            .external,
            "\(name) \(expected) is damaged",
            why: why,
            next: "Build, pull or load the image again."
        )
    }
}

/// Counts the bytes that come out of a decompressor and stops a decompression bomb.
package final class LimitedSource: ByteSource {
    private let source: any ByteSource
    private let limit: Int64
    private let name: String
    package private(set) var count: Int64 = 0

    package init(_ source: any ByteSource, limit: Int64, name: String) {
        self.source = source
        self.limit = limit
        self.name = name
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let read = try source.read(into: buffer)
        count += Int64(read)
        guard count <= limit else {
            throw SlipwayError(
                .invalidInput,
                "\(name) is refused: it grows to more than \(limit) bytes",
                why: "A small file that unpacks to a huge one is a way to fill a disk."
            )
        }
        return read
    }
}
