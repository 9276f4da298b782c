import Core
import Foundation
import Synchronization
import SystemPackage

/// The pipe through which a process and all it starts write.
///
/// A thread of its own reads it, so that a sink that is slow (a full disk's worth of log) slows the writer down instead
/// of filling memory.
final class OutputPipe: Sendable {
    /// How long output is still read after the process itself has ended, where something it started holds the pipe
    /// open: GitHub's runner waits as long (`cmd > >(tee log)` needs it).
    static let graceAfterExit: Duration = .seconds(5)

    /// The end for the child; whoever starts the child closes it.
    let writeEnd: FileDescriptor
    private let readEnd: Int32
    private let wakeRead: Int32
    private let wakeWrite: Int32

    /// - Throws: `SlipwayError` (`.external`) when the system has no more descriptors.
    init() throws {
        let output = try Self.pipe()
        let wake: (read: Int32, write: Int32)
        do {
            wake = try Self.pipe()
        } catch {
            close(output.read)
            close(output.write)
            throw error
        }
        readEnd = output.read
        writeEnd = FileDescriptor(rawValue: output.write)
        wakeRead = wake.read
        wakeWrite = wake.write
    }

    deinit {
        close(readEnd)
        close(wakeRead)
        close(wakeWrite)
    }

    /// Says that the process has ended: what is in the pipe is still read, then at most `graceAfterExit` longer.
    func processDidExit() {
        var byte: UInt8 = 1
        _ = write(wakeWrite, &byte, 1)
    }

    /// Hands all output to the sink, on a thread of its own; returns at the end of the output.
    func drain(into sink: @escaping @Sendable (UnsafeBufferPointer<UInt8>) -> Void) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                read(into: sink)
                continuation.resume()
            }
        }
    }

    private func read(into sink: (UnsafeBufferPointer<UInt8>) -> Void) {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 * 1024)
        defer { buffer.deallocate() }
        var deadline: ContinuousClock.Instant?
        while true {
            var descriptors = [
                pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: deadline == nil ? wakeRead : -1, events: Int16(POLLIN), revents: 0),
            ]
            var timeout: Int32 = -1
            if let deadline {
                let left = deadline - .now
                timeout = max(0, Int32(clamping: left.components.seconds * 1000) + 1)
            }
            let ready = poll(&descriptors, 2, timeout)
            if ready < 0 {
                if errno == EINTR { continue }
                return
            }
            if ready == 0 { return }
            if descriptors[0].revents != 0 {
                let count = SystemCall.read(readEnd, buffer.baseAddress, buffer.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return
                }
                if count == 0 { return }
                sink(UnsafeBufferPointer(rebasing: buffer[0..<count]))
            } else if descriptors[1].revents != 0 {
                deadline = .now + Self.graceAfterExit
            }
        }
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard SystemCall.pipe(&ends) == 0 else {
            throw SlipwayError(
                .external,
                "Cannot make a pipe",
                why: String(cString: strerror(errno)),
                next: "Raise the limit of open files (ulimit -n)."
            )
        }
        return (ends[0], ends[1])
    }
}

/// System calls whose names a method of ours hides, or that differ between systems.
private enum SystemCall {
    static func read(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
        Foundation.read(descriptor, buffer, count)
    }

    /// Both ends close on exec: a copy in an unrelated child would keep the pipe open.
    static func pipe(_ ends: inout [Int32]) -> Int32 {
        let result = Foundation.pipe(&ends)
        if result == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        return result
    }
}
