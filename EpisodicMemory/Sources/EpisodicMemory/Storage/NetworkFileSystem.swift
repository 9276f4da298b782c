import Foundation

/// File systems that hosts share. SQLite in WAL mode needs memory that all its processes share, which hosts do not
/// have: two replicas would each believe to be alone, and damage the file.
enum NetworkFileSystem {
    /// As Linux names them.
    private static let shared: Set<String> = [
        "nfs", "nfs4", "smb3", "smbfs", "cifs", "afs", "ceph", "fuse.ceph", "fuse.glusterfs", "lustre", "gpfs",
        "beegfs",
        "gfs2", "ocfs2", "fuse.sshfs", "fuse.s3fs", "fuse.mount-s3",
    ]

    /// - Throws: `StorageError` when the folder, or where it would be made, is on one. Where the system does not tell,
    ///   nothing is refused.
    static func refuse(_ directory: String) throws(StorageError) {
        guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else { return }
        let path = URL(fileURLWithPath: directory).standardizedFileURL.resolvingSymlinksInPath().path
        if let kind = kind(of: path, mounts: mounts), shared.contains(kind) {
            throw .onNetwork(directory, kind: kind)
        }
    }

    /// The kind of file system that is mounted nearest above a path, by proc(5)'s `mountinfo`; of two at one place the
    /// later hides the earlier.
    static func kind(of path: String, mounts: String) -> String? {
        var found: (place: String, kind: String)?
        for line in mounts.split(separator: "\n") {
            let halves = line.split(separator: " - ", maxSplits: 1)
            let fields = halves.first?.split(separator: " ") ?? []
            guard halves.count == 2, fields.count > 4, let kind = halves[1].split(separator: " ").first else {
                continue
            }
            let place = fields[4].replacing("\\040", with: " ")
            let isAbove = place == "/" || path == place || path.hasPrefix(place + "/")
            if isAbove, place.utf8.count >= found?.place.utf8.count ?? 0 { found = (String(place), String(kind)) }
        }
        return found?.kind
    }
}
