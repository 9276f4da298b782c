import Foundation

/// The kernel's control groups, in both versions' layouts.
enum ControlGroups {
    static let mountPoint = "/sys/fs/cgroup"

    /// The group that holds all groups of a cluster. Clusters share none, so that each can remove its own.
    static func cluster(_ tag: String) -> String { "/slipway-\(tag)" }

    /// Both versions are mounted: `crun` refuses to work unless the second is out of sight.
    static var isHybrid: Bool {
        FileManager.default.fileExists(atPath: "\(RuntimeCommand.unifiedMountPoint)/cgroup.procs")
    }

    /// Whether the kernel has killed a process of the group for want of memory.
    static func hasKilled(_ group: String) -> Bool {
        for file in ["\(mountPoint)/memory\(group)/memory.oom_control", "\(mountPoint)\(group)/memory.events"] {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { continue }
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count == 2, words[0] == "oom_kill" { return words[1] != "0" }
            }
        }
        return false
    }

    /// Removes a group, and empty groups below it, from every hierarchy.
    static func remove(_ group: String) {
        guard group.hasPrefix("/"), group.count > 1 else { return }
        let hierarchies = (try? FileManager.default.contentsOfDirectory(atPath: mountPoint)) ?? []
        let roots = FileManager.default.fileExists(atPath: "\(mountPoint)/cgroup.procs") ? [""] : hierarchies
        for root in roots { removeTree("\(mountPoint)/\(root)\(root.isEmpty ? String(group.dropFirst()) : group)") }
    }

    private static func removeTree(_ path: String) {
        guard FileStatus(path, followsLinks: false)?.isFolder ?? false else { return }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            // The kernel's own files are no folders; they go with the group.
            removeTree("\(path)/\(name)")
        }
        rmdir(path)
    }
}
