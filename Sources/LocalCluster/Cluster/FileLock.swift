import Core
import Foundation

/// An exclusive lock on a file; the system gives it back when the process ends, however it ends.
final class FileLock: Sendable {
    private let descriptor: CInt

    private init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes the lock; nil while another process (or another part of this one) holds it.
    ///
    /// - Throws: `SlipwayError` when the file cannot be opened.
    static func take(_ url: URL) throws(SlipwayError) -> FileLock? {
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SlipwayError(.external, "Cannot open \(url.path)", why: String(cString: strerror(errno)))
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return FileLock(descriptor) }
        close(descriptor)
        return nil
    }

    /// Takes the lock as soon as it is free.
    ///
    /// - Throws: `SlipwayError` (waiting) when somebody holds it for longer than `limit`.
    static func wait(for url: URL, limit: Duration) async throws -> FileLock {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while true {
            if let lock = try take(url) { return lock }
            guard clock.now < deadline else {
                throw SlipwayError(
                    .waiting,
                    "Another command is starting or stopping this local cluster",
                    why: "it holds \(url.path)",
                    next: "Try again when it has finished."
                )
            }
            try await clock.sleep(for: .milliseconds(50))
        }
    }
}
