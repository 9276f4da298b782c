import Core
import Dispatch
import Foundation

/// Ctrl-C and SIGTERM as a cancellation, so that what is held is given back.
enum Interruption {
    /// Runs `body`; a first signal cancels it, a second ends the process at once.
    ///
    /// - Throws: `SlipwayError` (`.interrupted`) saying how to go on, and what `body` throws.
    static func handled(next: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await body() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if task.isCancelled { Foundation.exit(Core.ExitCode.interrupted.rawValue) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            try await task.value
        } catch is CancellationError where task.isCancelled {
            throw SlipwayError(.interrupted, "Interrupted", next: next)
        }
    }
}
