import Foundation

/// Ends what a job left running, as GitHub's runner does at a job's end.
///
/// Every process of a job inherits `RUNNER_TRACKING_ID`; one that shall outlive the job clears it.
enum OrphanReaper {
    static let variable = "RUNNER_TRACKING_ID"

    /// Kills every process with that tracking id.
    ///
    /// - Returns: the names of what was killed, with their process ids.
    static func reap(trackingId: String) -> [String] { reap(trackingIds: [trackingId]) }

    /// Kills every process with one of those tracking ids.
    ///
    /// - Returns: the names of what was killed, with their process ids.
    @discardableResult
    static func reap(trackingIds: Set<String>) -> [String] { reap(Set(trackingIds.map { "\(variable)=\($0)" })) }

    /// Marks one process of a step in a container, and all that it starts.
    static let mark = "SLIPWAY_STEP_PROCESS"

    /// Kills the process with that mark, and all that it started.
    static func reap(mark value: String) { _ = reap(["\(mark)=\(value)"]) }

    /// Kills what an engine that was itself killed left running in a job's folder. The caller holds the folder's lock.
    static func reap(workspace: String) -> [String] { reap(["RUNNER_WORKSPACE=\(workspace)"]) }

    private static func reap(_ needles: Set<String>) -> [String] {
        let needles = Set(needles.map { Array($0.utf8) })
        var killed: [String] = []
        var dying: Set<pid_t> = []
        // A process may start another between the listing and its end: look until nothing new is found. What was killed
        // can be seen a little longer, and starts nothing any more.
        for _ in 0..<10 {
            let found = processes(with: needles).filter { dying.insert($0.id).inserted }
            if found.isEmpty { break }
            for process in found where kill(process.id, SIGKILL) == 0 {
                killed.append("\(process.name) (\(process.id))")
            }
        }
        return killed
    }

    private static func processes(with needles: Set<[UInt8]>) -> [(id: pid_t, name: String)] {
        // Only Linux shows the environment of processes; elsewhere what a job leaves in the background stays.
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        let names = Set(needles.map { Array($0.prefix { $0 != UInt8(ascii: "=") }) + [UInt8(ascii: "=")] })
        var found: [(id: pid_t, name: String)] = []
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // A zombie has an empty environment, so what was killed is not found again.
            guard let id = pid_t(name), id != getpid(), let count = readEnvironment(of: id, into: &buffer) else {
                continue
            }
            let hasOne = names.contains { name in
                value(startingWith: name, in: buffer[..<count]).map(needles.contains) ?? false
            }
            guard hasOne else { continue }
            let title = (try? String(contentsOfFile: "/proc/\(id)/comm", encoding: .utf8)) ?? "?"
            found.append((id, title.trimmingCharacters(in: .newlines)))
        }
        return found
    }

    private static func readEnvironment(of id: pid_t, into buffer: inout [UInt8]) -> Int? {
        let file = open("/proc/\(id)/environ", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let capacity = buffer.count
        var total = 0
        while total < capacity {
            let count = buffer.withUnsafeMutableBytes {
                read(file, $0.baseAddress?.advanced(by: total), capacity - total)
            }
            guard count > 0 else { break }
            total += count
        }
        return total > 0 ? total : nil
    }

    /// The variable whose text begins so.
    private static func value(startingWith name: [UInt8], in environment: ArraySlice<UInt8>) -> [UInt8]? {
        environment.withUnsafeBytes { bytes -> [UInt8]? in
            guard let base = bytes.baseAddress else { return nil }
            var start = 0
            while start + name.count <= bytes.count {
                if memcmp(base + start, name, name.count) == 0 { return Array(bytes[start...].prefix { $0 != 0 }) }
                guard let end = memchr(base + start, 0, bytes.count - start) else { return nil }
                start = UnsafeRawPointer(end) - base + 1
            }
            return nil
        }
    }
}
