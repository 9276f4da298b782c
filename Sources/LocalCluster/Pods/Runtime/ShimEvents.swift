import Foundation
import Synchronization

/// Hears from the shims: each writes its container's identifier into one named pipe when something has changed.
///
/// A message can be lost while no server listens, so the pipe only says when to look; the truth is in the folders.
enum ShimEvents {
    /// A sign each time that some container has changed; several changes may become one sign.
    static func stream(at path: String) throws -> AsyncStream<Void> {
        try NamedPipe.create(path)
        let file = try NamedPipe.openForReading(path)
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let end = Ending()
        continuation.onTermination = { _ in
            end.isNear.store(true, ordering: .releasing)
            // The thread waits for a message: this is one.
            NamedPipe.write([UInt8(ascii: "\n")], to: path)
        }
        // A thread of its own, as it does nothing but wait.
        Thread.detachNewThread {
            defer { close(file) }
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while !end.isNear.load(ordering: .acquiring) {
                var entry = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
                // The limit only matters if the pipe was deleted, and with it the way to wake this thread.
                guard poll(&entry, 1, 1000) > 0 else { continue }
                if read(file, &buffer, buffer.count) > 0 { continuation.yield() }
            }
        }
        return stream
    }

    private final class Ending: Sendable {
        let isNear = Atomic(false)
    }
}
