package import Foundation

/// An exclusive advisory lock (`flock`) on a file; the system gives it back when its holder ends, however it ends.
///
/// Each value has an open file of its own, so that parts of one process exclude each other too. The lock is given up when
/// the value goes away.
package final class FileLock: Sendable {
    /// How often a lock that is taken is asked for again: the system has no way to be told when one becomes free.
    private static let interval = Duration.milliseconds(50)

    private let descriptor: CInt

    private init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes the lock; nil while another process, or another part of this one, holds it.
    ///
    /// - Throws: `SlipwayError` (`.external`) when the file cannot be opened, or its file system has no locks.
    package static func attempt(_ url: URL) throws(SlipwayError) -> FileLock? {
        let descriptor = try open(url)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw SlipwayError(.external, "Cannot lock \(url.path)", why: String(cString: strerror(code)))
        }
        return FileLock(descriptor)
    }

    /// Runs `body` while nobody else holds the lock; blocks the thread until it is free, so for short, bounded work.
    ///
    /// - Throws: `SlipwayError` (`.external`) when the file cannot be opened or locked, and what `body` throws.
    package static func hold<Value>(_ url: URL, _ body: () throws -> Value) throws -> Value {
        let descriptor = try open(url)
        // Closing the descriptor gives the lock up.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                throw SlipwayError(.external, "Cannot lock \(url.path)", why: String(cString: strerror(errno)))
            }
        }
        return try body()
    }

    /// Takes the lock as soon as it is free, or gives nil when that takes longer than `limit`.
    ///
    /// - Throws: `SlipwayError` (`.external`) when the file cannot be opened or locked; `CancellationError`.
    package static func wait(for url: URL, limit: Duration) async throws -> FileLock? {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while true {
            if let lock = try attempt(url) { return lock }
            guard clock.now < deadline else { return nil }
            try await clock.sleep(for: interval)
        }
    }

    private static func open(_ url: URL) throws(SlipwayError) -> CInt {
        let descriptor = Foundation.open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SlipwayError(.external, "Cannot open \(url.path)", why: String(cString: strerror(errno)))
        }
        return descriptor
    }
}
