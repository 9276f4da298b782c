import Core
import Foundation

/// An advisory lock on a file that other processes see; given up when the value goes away.
final class LockFile: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes the lock, or gives nil where another process has it.
    ///
    /// - Throws: `SlipwayError` (`.external`) where the file cannot be made.
    static func attempt(at path: String) throws -> LockFile? {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw SlipwayError(.external, "Cannot open \(path)", why: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return LockFile(descriptor)
    }

    /// Waits for the lock; nil where `stop` stopped first. The system has no way to be told when a lock is free, so
    /// it is asked for again and again.
    static func wait(at path: String, stop: StopSignal, whenTaken: () -> Void) async throws -> LockFile? {
        var told = false
        while !stop.isStopped {
            if let lock = try attempt(at: path) { return lock }
            if !told { whenTaken() }
            told = true
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await stop.wait() }
                group.addTask { try? await Task.sleep(for: .milliseconds(100)) }
                await group.next()
                group.cancelAll()
            }
        }
        return nil
    }
}
