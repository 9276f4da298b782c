import Foundation
import NIOCore

/// A container's log as people read it: what the container wrote, without the file format around it.
///
/// Read piece by piece as the reader asks for more. While following, the file is looked at ten times a second.
struct ContainerLog: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let path: String
    var tailLines: Int?
    var since: Date?
    var timestamps = false
    var follow = false
    /// Whether nothing more will be written.
    let hasEnded: @Sendable () -> Bool

    func makeAsyncIterator() -> Iterator { Iterator(self) }

    struct Iterator: AsyncIteratorProtocol {
        private static let pause = Duration.milliseconds(100)

        private let log: ContainerLog
        private let sinceText: String?
        private var reader: Reader?
        /// The rest of a record whose end has not been read yet.
        private var rest: [UInt8] = []
        /// The last record was only part of a line.
        private var isWithinLine = false

        init(_ log: ContainerLog) {
            self.log = log
            sinceText = log.since.map(LogTime.text)
        }

        mutating func next() async throws -> ByteBuffer? {
            while true {
                try Task.checkCancellation()
                let ended = log.hasEnded()
                if reader == nil { reader = Reader(log) }
                if let piece = reader?.read() {
                    let text = records(in: piece)
                    if !text.isEmpty { return ByteBuffer(bytes: text) }
                } else if !log.follow || ended {
                    return nil
                } else {
                    try await Task.sleep(for: Self.pause)
                }
            }
        }

        private mutating func records(in piece: Data) -> [UInt8] {
            rest.append(contentsOf: piece)
            var output: [UInt8] = []
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                if let record = LogRecord(rest[start..<end]) { append(record, to: &output) }
                start = end + 1
            }
            rest.removeFirst(start - rest.startIndex)
            return output
        }

        private mutating func append(_ record: LogRecord, to output: inout [UInt8]) {
            // Times are of one form and length, so their texts compare as they do.
            if let sinceText, record.time < sinceText { return }
            if log.timestamps, !isWithinLine { output.append(contentsOf: "\(record.time) ".utf8) }
            output.append(contentsOf: record.text)
            if !record.isPartial { output.append(UInt8(ascii: "\n")) }
            isWithinLine = record.isPartial
        }
    }

    /// Reads the log's files one after the other, also when they are put aside meanwhile.
    private final class Reader {
        private let path: String
        private var file: Int32
        private var waiting: [String]

        init?(_ log: ContainerLog) {
            path = log.path
            var files = LogFiles.all(of: log.path)
            var offset = 0
            if let count = log.tailLines {
                let start = LogTail.position(of: count, in: files)
                files.removeFirst(Swift.min(start.file, files.count))
                offset = start.offset
            }
            guard let first = files.first else { return nil }
            file = open(first, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            waiting = Array(files.dropFirst())
            lseek(file, off_t(offset), SEEK_SET)
        }

        deinit { if file >= 0 { close(file) } }

        /// The next bytes; nil where there are none now.
        func read() -> Data? {
            while true {
                var data = Data(count: 64 << 10)
                let count = data.withUnsafeMutableBytes { Foundation.read(file, $0.baseAddress, $0.count) }
                if count > 0 { return data.prefix(count) }
                if !advance() { return nil }
            }
        }

        /// Goes to the next file, where there is one.
        private func advance() -> Bool {
            if waiting.isEmpty {
                guard let mine = FileStatus(descriptor: file), let present = FileStatus(path),
                    mine.inode != present.inode
                else { return false }
                waiting = [path]
            }
            let next = open(waiting.removeFirst(), O_RDONLY | O_CLOEXEC)
            guard next >= 0 else { return !waiting.isEmpty }
            close(file)
            file = next
            return true
        }
    }
}
