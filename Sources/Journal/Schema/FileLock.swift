import Core
import Foundation

/// An advisory lock between processes.
enum FileLock {
    /// Waits for the lock and holds it while `body` runs.
    ///
    /// - Throws: `SlipwayError` (`.external`) when the lock file cannot be opened or locked, and what `body` throws.
    static func hold<Value>(at url: URL, _ body: () throws -> Value) throws -> Value {
        let descriptor = open(url.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw SlipwayError(.external, "Cannot open \(url.path)", why: String(cString: strerror(errno)))
        }
        // Closing the descriptor gives the lock up.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                throw SlipwayError(.external, "Cannot lock \(url.path)", why: String(cString: strerror(errno)))
            }
        }
        return try body()
    }
}
