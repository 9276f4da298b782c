import Core
import Foundation

/// Reads a log line by line, or copies it as it grows.
package final class LogReader {
    private static let pieceLength = 64 << 10

    private let file: FileHandle
    private var buffer = Data()
    private var isAtEnd = false

    /// - Throws: `SlipwayError` (`.external`) where the log is gone.
    package init(_ url: URL) throws {
        guard let file = try? FileHandle(forReadingFrom: url) else {
            throw SlipwayError(.external, "The log \(url.path) is gone")
        }
        self.file = file
    }

    deinit { try? file.close() }

    /// The next line without its end; very long ones in pieces.
    package func next() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                defer { buffer = Data(buffer[(end + 1)...]) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            if isAtEnd || buffer.count > Self.pieceLength {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = Data() }
                return String(decoding: buffer, as: UTF8.self)
            }
            let piece = (try? file.read(upToCount: Self.pieceLength)) ?? nil
            if let piece, !piece.isEmpty { buffer.append(piece) } else { isAtEnd = true }
        }
    }

    /// Hands on all bytes that are there now and were not handed on yet.
    package func copy(to sink: (Data) throws -> Void) throws {
        while let piece = try file.read(upToCount: Self.pieceLength), !piece.isEmpty { try sink(piece) }
    }
}
