import Foundation

/// What the process itself uses, under the names that Prometheus' own client libraries give it.
struct ProcessMetrics: Sendable {
    private let start = Timestamp.now()

    func write(to text: inout PrometheusText) {
        text.family("process_start_time_seconds", .gauge, "Start time since the Unix epoch, in seconds.")
        text.sample("process_start_time_seconds", Double(start.milliseconds) / 1000)
        text.family("process_cpu_seconds_total", .counter, "User and system CPU time, in seconds.")
        text.sample("process_cpu_seconds_total", Self.cpuSeconds())
        if let resident = Self.residentBytes() {
            text.family("process_resident_memory_bytes", .gauge, "Resident memory, in bytes.")
            text.sample("process_resident_memory_bytes", resident)
        }
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The second figure of Linux' `/proc/self/statm`, in pages; nil where there is none.
    private static func residentBytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let figures = text.split(separator: " ")
        guard figures.count > 1, let pages = Int(figures[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
