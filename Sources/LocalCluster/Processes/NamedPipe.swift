import Foundation

/// Named pipes carry short lines between processes that need not know each other: any number of writers, one reader.
enum NamedPipe {
    /// Makes one (0600); does nothing where it is already.
    ///
    /// - Throws: `CocoaError` of the system's reason.
    static func create(_ path: String) throws {
        guard mkfifo(path, 0o600) != 0, errno != EEXIST else { return }
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }

    /// Opens one for reading without waiting. It never ends: we hold a writing end ourselves.
    static func openForReading(_ path: String) throws -> Int32 {
        let file = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return file
    }

    /// Writes a line of at most 512 bytes in one piece.
    ///
    /// - Returns: false if nobody reads, or the pipe is full.
    @discardableResult
    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Foundation.write(file, bytes, bytes.count) == bytes.count
    }
}
