import Core
import Foundation

/// Files that only their owner may read.
enum PrivateFile {
    /// Writes a file that is complete or not there, with mode 0600 from its first moment.
    ///
    /// - Throws: `SlipwayError` when the system refuses.
    static func write(_ text: String, to url: URL) throws(SlipwayError) {
        let temporary = url.path + ".\(UUID().uuidString).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw failure(url) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure(url)
                close(descriptor)
                unlink(temporary)
                throw error
            }
            written += count
        }
        fsync(descriptor)
        close(descriptor)
        guard rename(temporary, url.path) == 0 else {
            let error = failure(url)
            unlink(temporary)
            throw error
        }
    }

    private static func failure(_ url: URL) -> SlipwayError {
        SlipwayError(.external, "Cannot write \(url.path)", why: String(cString: strerror(errno)))
    }

    /// Makes a folder with mode 0700, or gives an existing one that mode.
    ///
    /// - Throws: `SlipwayError` when the system refuses.
    static func makeDirectory(_ url: URL) throws(SlipwayError) {
        do {
            try FileManager.default.createDirectory(
                at: url,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
        } catch {
            throw SlipwayError(.external, "Cannot make the folder \(url.path)", why: "\(error.localizedDescription)")
        }
    }
}
