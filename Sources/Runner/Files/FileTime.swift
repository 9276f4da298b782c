import Foundation

/// Modification times to the nanosecond, which Foundation's `Date` cannot hold.
enum FileTime {
    /// Nanoseconds since 1970; nil where there is no such file. A link's own time, not its target's.
    static func modified(_ path: String) -> Int64? {
        var information = stat()
        guard lstat(path, &information) == 0 else { return nil }
        #if os(Linux)
            let time = information.st_mtim
        #else
            let time = information.st_mtimespec
        #endif
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    @discardableResult
    static func setModified(_ path: String, nanoseconds: Int64) -> Bool {
        let time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        return withUnsafeTemporaryAllocation(of: timespec.self, capacity: 2) { times in
            times.initialize(repeating: time)
            return utimensat(AT_FDCWD, path, times.baseAddress, AT_SYMLINK_NOFOLLOW) == 0
        }
    }
}
