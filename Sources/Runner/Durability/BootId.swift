import Foundation

/// Tells one start of the machine from another.
enum BootId {
    /// The same for all processes until the machine is restarted.
    static let current: String = {
        #if os(Linux)
            let text = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        #else
            var time = timeval()
            var size = MemoryLayout<timeval>.size
            sysctlbyname("kern.boottime", &time, &size, nil, 0)
            return "\(time.tv_sec)"
        #endif
    }()
}
