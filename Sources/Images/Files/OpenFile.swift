import Core
import Foundation

/// An open file descriptor, closed when its last owner goes.
///
/// Not `Sendable`: a file belongs to the one task that reads or writes it.
package final class OpenFile {
    package let descriptor: Int32

    package init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Opens a file of the machine's own tree by its path.
    package static func open(_ url: URL, _ flags: Int32 = O_RDONLY, mode: mode_t = 0o644) throws -> OpenFile {
        let descriptor = retryingInterrupts { Foundation.open(url.path, flags | O_CLOEXEC, mode) }
        guard descriptor >= 0 else { throw SystemCallError.last("Cannot open \(url.path)") }
        return OpenFile(adopting: descriptor)
    }

    /// Reads what is there, at most the buffer's size; 0 at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = retryingInterrupts { Foundation.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw SystemCallError.last("Cannot read a file") }
        return count
    }

    /// Reads at an offset until the buffer is full or the file ends; returns how much was read.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = retryingInterrupts {
                pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            }
            guard count >= 0 else { throw SystemCallError.last("Cannot read a file") }
            if count == 0 { break }
            done += count
        }
        return done
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let pending = rest
            let count = retryingInterrupts { Foundation.write(descriptor, pending.baseAddress, pending.count) }
            guard count >= 0 else { throw SystemCallError.last("Cannot write a file") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Waits until the file's bytes are on the disk.
    package func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw SystemCallError.last("Cannot write a file to the disk") }
    }

    package func status() throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemCallError.last("Cannot examine a file") }
        return status
    }
}

/// Repeats a system call that a signal interrupted.
func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

enum SystemCallError {
    /// The error of the system call that has just failed.
    static func last(_ what: String) -> SlipwayError {
        let code = errno
        return make(what, code)
    }

    static func make(_ what: String, _ code: Int32) -> SlipwayError {
        SlipwayError(.external, what, why: String(cString: strerror(code)), next: next(code))
    }

    private static func next(_ code: Int32) -> String? {
        switch code {
        case ENOSPC, EDQUOT: "Free some space on the disk and run the command again."
        case EACCES, EPERM: "Give this user the right to do so, or use another folder."
        default: nil
        }
    }
}
