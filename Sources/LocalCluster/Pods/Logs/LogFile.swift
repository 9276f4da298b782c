import Foundation

/// Writes a container's output in the format of the Container Runtime Interface: `TIME STREAM TAG LINE`.
///
/// The tag is `F` for a full line and `P` for a part of one that was too long or never ended. Files that grow beyond
/// the limit are put aside as `NAME.TIME`; the oldest are removed.
struct LogFile {
    struct Policy: Sendable, Hashable, Codable {
        let path: String
        /// Bytes of one file; Kubernetes' default.
        var maximumBytes = 10 << 20
        /// Files in all, the current one included; Kubernetes' default.
        var maximumFiles = 5
    }

    private let policy: Policy
    private var file: Int32 = -1
    private var size = 0

    init(_ policy: Policy) throws {
        self.policy = policy
        try open()
    }

    /// Writes one line, or part of one.
    mutating func write(_ text: some Collection<UInt8>, _ stream: LogStream, isPartial: Bool, at time: Date) {
        var line = Array("\(LogTime.text(time)) \(stream.rawValue) \(isPartial ? "P" : "F") ".utf8)
        line.append(contentsOf: text)
        line.append(UInt8(ascii: "\n"))
        if size > 0, size + line.count > policy.maximumBytes { rotate(at: time) }
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                // A full disk loses lines; the container goes on.
                guard count > 0 else { return }
                rest = rest[(rest.startIndex + count)...]
            }
        }
        size += line.count
    }

    func finish() { close(file) }

    private mutating func open() throws {
        file = Foundation.open(policy.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        size = FileStatus(descriptor: file)?.size ?? 0
    }

    private mutating func rotate(at time: Date) {
        let previous = file
        guard rename(policy.path, "\(policy.path).\(LogTime.fileSuffix(time))") == 0, (try? open()) != nil else {
            file = previous
            return
        }
        close(previous)
        let old = LogFiles.rotated(of: policy.path)
        for path in old.prefix(max(0, old.count - (policy.maximumFiles - 1))) { unlink(path) }
    }
}

enum LogStream: String, Sendable { case stdout, stderr }
