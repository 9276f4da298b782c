import Foundation

/// What the system knows about processes.
enum ProcessTable {
    /// The kernel's random name of this boot; empty where the system has none.
    static let boot: String =
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
        .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""

    /// When the process started; nil if there is none, or if it is a zombie and zombies are not asked for.
    static func startTime(of pid: Int32, orZombie: Bool = false) -> UInt64? {
        #if os(Linux)
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return nil }
            return parse(stat: stat, orZombie: orZombie)
        #else
            var info = kinfo_proc()
            var size = MemoryLayout<kinfo_proc>.stride
            var query = [CTL_KERN, KERN_PROC, KERN_PROC_PID, pid]
            guard sysctl(&query, UInt32(query.count), &info, &size, nil, 0) == 0, size > 0 else { return nil }
            guard orZombie || Int32(info.kp_proc.p_stat) != SZOMB else { return nil }
            let start = info.kp_proc.p_starttime
            return UInt64(start.tv_sec) * 1_000_000 + UInt64(start.tv_usec)
        #endif
    }

    /// Field 22 of `/proc/PID/stat` (proc(5)). The name in field 2 may hold spaces and brackets: count after the last.
    static func parse(stat: String, orZombie: Bool) -> UInt64? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, orZombie || (fields[0] != "Z" && fields[0] != "X") else { return nil }
        return UInt64(fields[19])
    }

    /// Collects the exit status of a child that has ended, so that it does not stay a zombie.
    @discardableResult
    static func reap(_ pid: Int32) -> Bool {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == pid
    }
}
