import Core
import Foundation

/// Mutual exclusion between processes by `flock` on a file of its own; released by the kernel when a holder dies.
struct FileLock {
    let url: URL

    /// Runs `body` while no other process or thread holds the lock. Held only for short, bounded work.
    func withLock<Value>(_ body: () throws -> Value) throws -> Value {
        // A descriptor of its own for every call: `flock` belongs to the open file, so threads exclude each other too.
        let file = try OpenFile.open(url, O_RDWR | O_CREAT)
        guard retryingInterrupts({ flock(file.descriptor, LOCK_EX) }) == 0 else {
            throw SystemCallError.last("Cannot lock \(url.path)")
        }
        defer { flock(file.descriptor, LOCK_UN) }
        return try body()
    }
}
