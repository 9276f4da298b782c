import Core
import Foundation
import Synchronization

/// A stream socket between processes of this machine that carries messages: JSON with its length in front.
final class MessageSocket: Sendable {
    /// More than any order or report holds; what claims to be longer is damaged.
    private static let maximumLength = 256 << 20

    private let descriptor: Int32
    private let writing = Mutex(())

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Ends both directions: a reader in another thread sees the end.
    func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Says that nothing more is sent; what the other side sends still arrives.
    func finishSending() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// - Throws: `SlipwayError` (`.external`) where the other side is gone.
    func send(_ message: some Encodable) throws {
        let body = try JSONEncoder().encode(message)
        var data = Data(capacity: body.count + 4)
        withUnsafeBytes(of: UInt32(body.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(body)
        try writing.withLock { _ in
            try data.withUnsafeBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let count = Foundation.send(descriptor, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw Self.failure("The other side of a run is gone") }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    /// The next message; nil at the end of the stream. Blocks the thread.
    func receive<Message: Decodable>(_ type: Message.Type) -> Message? {
        guard let head = read(4) else { return nil }
        let length = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.maximumLength, let body = read(length) else { return nil }
        return try? JSONDecoder().decode(type, from: body)
    }

    private func read(_ count: Int) -> Data? {
        var data = Data(count: count)
        let isWhole = data.withUnsafeMutableBytes { bytes in
            var offset = 0
            while offset < count {
                let got = recv(descriptor, bytes.baseAddress?.advanced(by: offset), count - offset, 0)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return false }
                offset += got
            }
            return true
        }
        return isWhole ? data : nil
    }

    // MARK: - Addresses

    /// Listens at a file that only the user may connect to; an older one of that name is replaced.
    ///
    /// - Returns: the listening descriptor.
    /// - Throws: `SlipwayError` (`.external`).
    static func listen(at file: URL) throws -> Int32 {
        unlink(file.path)
        let descriptor = try make()
        let old = umask(0o177)
        defer { umask(old) }
        let code = try withAddress(of: file) { bind(descriptor, $0, $1) }
        guard code == 0, Foundation.listen(descriptor, 4) == 0 else {
            let error = failure("Cannot listen at \(file.path)")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Connects to whoever listens there; nil where nobody does.
    static func connect(to file: URL) throws -> MessageSocket? {
        let descriptor = try make()
        let code = try withAddress(of: file) { Foundation.connect(descriptor, $0, $1) }
        guard code == 0 else {
            close(descriptor)
            return nil
        }
        return MessageSocket(descriptor)
    }

    /// The next who connects; nil when the listening descriptor is closed.
    static func accept(from listener: Int32) -> MessageSocket? {
        while true {
            let descriptor = Foundation.accept(listener, nil, nil)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                return MessageSocket(descriptor)
            }
            if errno != EINTR { return nil }
        }
    }

    private static func make() throws -> Int32 {
        #if os(Linux)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #endif
        guard descriptor >= 0 else { throw failure("Cannot make a socket") }
        return descriptor
    }

    /// An address holds about a hundred bytes; a longer path is reached through a descriptor of its folder.
    private static func withAddress(
        of file: URL,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        var path = file.path
        var folder: Int32 = -1
        defer { if folder >= 0 { close(folder) } }
        if path.utf8.count >= capacity {
            folder = open(file.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            path = "/proc/self/fd/\(folder)/\(file.lastPathComponent)"
        }
        guard path.utf8.count < capacity else {
            throw SlipwayError(.external, "The path \(file.path) is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func failure(_ what: String) -> SlipwayError {
        SlipwayError(.external, what, why: String(cString: strerror(errno)))
    }
}
