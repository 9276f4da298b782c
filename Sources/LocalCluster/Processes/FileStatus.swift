import Foundation
import SystemPackage

/// What the system knows about a file.
///
/// Through swift-system: the members of C's own `struct stat` belong to whichever module declared it first, which is
/// another one in each build.
struct FileStatus: Sendable {
    private let status: Stat

    /// Nil where there is no such file.
    init?(_ path: String, followsLinks: Bool = true) {
        guard let status = try? Stat(FilePath(path), followTargetSymlink: followsLinks) else { return nil }
        self.status = status
    }

    /// Nil for a descriptor that is not open.
    init?(descriptor: CInt) {
        guard let status = try? Stat(FileDescriptor(rawValue: descriptor)) else { return nil }
        self.status = status
    }

    var isFolder: Bool { status.type == .directory }
    var isRegularFile: Bool { status.type == .regular }
    /// The permission bits, with set-id and sticky bits.
    var permissions: mode_t { status.permissions.rawValue }
    /// Bytes.
    var size: Int { Int(status.size) }
    /// Which file it is, whatever its name.
    var identity: FileIdentity { FileIdentity(device: UInt64(status.deviceID.rawValue), inode: status.inode.rawValue) }
    var device: UInt64 { identity.device }
}

/// Tells one file of the machine from every other.
struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64

    init(device: UInt64, inode: some BinaryInteger) {
        self.device = device
        self.inode = UInt64(inode)
    }
}
