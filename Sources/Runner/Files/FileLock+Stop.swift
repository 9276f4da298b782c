import Core
import Foundation

extension FileLock {
    /// Waits for the lock; nil where `stop` stopped first. `whenTaken` is called once, if somebody else holds it.
    ///
    /// - Throws: `SlipwayError` (`.external`) where the file cannot be made.
    static func wait(at path: String, stop: StopSignal, whenTaken: () -> Void) async throws -> FileLock? {
        var told = false
        while !stop.isStopped {
            if let lock = try await wait(for: URL(filePath: path), limit: told ? .milliseconds(100) : .zero) {
                return lock
            }
            if !told { whenTaken() }
            told = true
        }
        return nil
    }
}
