import CProcess
import Foundation

/// What a file is, without reading it.
struct FileStatus: Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    private let mode: UInt32

    /// Of the file that a link leads to, or of the link itself; nil where there is none.
    init?(_ path: String, followsLinks: Bool = true) {
        var status = cprocess_file_status()
        guard cprocess_file_status(path, followsLinks ? 1 : 0, &status) == 0 else { return nil }
        self.init(status)
    }

    init?(descriptor: Int32) {
        var status = cprocess_file_status()
        guard cprocess_descriptor_status(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: cprocess_file_status) {
        device = status.device
        inode = status.inode
        size = Int(status.size)
        mode = status.mode
    }

    var isFolder: Bool { mode & 0o170000 == 0o040000 }
    var isRegular: Bool { mode & 0o170000 == 0o100000 }
    /// The permission bits.
    var permissions: mode_t { mode_t(mode & 0o7777) }
}
