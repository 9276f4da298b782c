import Foundation

/// Ends what a job left running, as GitHub's runner does at a job's end.
///
/// Every process of a job inherits `RUNNER_TRACKING_ID`; one that shall outlive the job clears it.
enum OrphanReaper {
    static let variable = "RUNNER_TRACKING_ID"

    /// Kills every process with that tracking id.
    ///
    /// - Returns: the names of what was killed, with their process ids.
    static func reap(trackingId: String) -> [String] { reap(having: variable, trackingId) }

    /// Kills what an engine that was itself killed left running in a job's folder. The caller holds the folder's lock.
    static func reap(workspace: String) -> [String] { reap(having: "RUNNER_WORKSPACE", workspace) }

    private static func reap(having variable: String, _ value: String) -> [String] {
        let needle = Array("\(variable)=\(value)".utf8)
        var killed: [String] = []
        // A process may start another between the listing and its end: look until nothing is left.
        for _ in 0..<10 {
            let found = processes(with: needle)
            if found.isEmpty { break }
            for process in found where kill(process.id, SIGKILL) == 0 {
                killed.append("\(process.name) (\(process.id))")
            }
        }
        return killed
    }

    private static func processes(with needle: [UInt8]) -> [(id: pid_t, name: String)] {
        // Only Linux shows the environment of processes; elsewhere what a job leaves in the background stays.
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { entry in
            guard let id = pid_t(entry), id != getpid(),
                let environment = FileManager.default.contents(atPath: "/proc/\(entry)/environ"),
                environment.split(separator: 0).contains(where: { $0.elementsEqual(needle) })
            else { return nil }
            // A zombie has an empty environment, so what was killed is not found again.
            let name = (try? String(contentsOfFile: "/proc/\(entry)/comm", encoding: .utf8)) ?? "?"
            return (id, name.trimmingCharacters(in: .newlines))
        }
    }
}
