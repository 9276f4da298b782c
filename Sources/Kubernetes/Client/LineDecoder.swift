import NIOCore

/// Cuts a stream of bytes into lines of bounded length.
struct LineDecoder {
    struct LineTooLong: Error {
        let limit: Int
    }

    private let limit: Int
    private var buffer = ByteBuffer()
    /// How much of the buffer is known to hold no line end.
    private var searched = 0

    init(limit: Int) { self.limit = limit }

    mutating func append(_ bytes: ByteBuffer) {
        var bytes = bytes
        if buffer.readableBytes == 0 { buffer.clear() }
        buffer.writeBuffer(&bytes)
    }

    /// The next whole line, without its end; nil until more bytes come.
    mutating func next() throws(LineTooLong) -> ByteBuffer? {
        let view = buffer.readableBytesView
        guard let end = view[(view.startIndex + searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = buffer.readableBytes
            guard searched <= limit else { throw LineTooLong(limit: limit) }
            return nil
        }
        let length = end - view.startIndex
        guard length <= limit else { throw LineTooLong(limit: limit) }
        searched = 0
        var line = buffer.readSlice(length: length)
        buffer.moveReaderIndex(forwardBy: 1)
        if buffer.readerIndex > 1 << 16 { buffer.discardReadBytes() }
        if line?.readableBytesView.last == UInt8(ascii: "\r") {
            line = line?.getSlice(at: line?.readerIndex ?? 0, length: length - 1)
        }
        return line
    }

    /// What is left at the end of the stream: a last line without an end, or nil.
    mutating func rest() -> ByteBuffer? {
        searched = 0
        guard buffer.readableBytes > 0 else { return nil }
        return buffer.readSlice(length: buffer.readableBytes)
    }
}
