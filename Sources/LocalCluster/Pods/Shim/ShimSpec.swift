import Foundation

/// What a shim is told: how to start its container, where its output goes, who wants to hear of its end.
///
/// Written to the container's folder before the shim starts; the shim needs nothing else, so that it lives on without
/// the server that started it.
struct ShimSpec: Sendable, Hashable, Codable {
    enum Launch: Sendable, Hashable, Codable {
        /// An OCI runtime (`crun`) starts it from the bundle that is the container's folder.
        case bundle(BundleLaunch)
        /// A plain process of this machine.
        case process(ProcessLaunch)
    }

    let containerID: String
    let launch: Launch
    /// The signal that asks the container to end (the image's `STOPSIGNAL`).
    let stopSignal: Int32
    let log: LogFile.Policy
    /// A named pipe that is told the container's identifier whenever its state changes.
    let events: String
}

struct BundleLaunch: Sendable, Hashable, Codable {
    /// How the container's root file system comes to be.
    enum Root: Sendable, Hashable, Codable {
        /// A writable layer above a shared folder.
        case overlay(lower: String)
        /// The folder is the container's own already.
        case folder
    }

    let runtime: RuntimeCommand
    let root: Root
    /// Below the root of each control group hierarchy; nil where there are none.
    let controlGroup: String?
}

struct ProcessLaunch: Sendable, Hashable, Codable {
    let executable: String
    let arguments: [String]
    let environment: [String: String]
    let workingDirectory: String
}

/// How to call the OCI runtime on this machine.
struct RuntimeCommand: Sendable, Hashable, Codable {
    /// An absolute path.
    let executable: String
    /// Where it keeps the state of its containers.
    let stateFolder: String
    /// Both versions of control groups are mounted: the second must be out of sight, or crun refuses to work.
    let hidesUnifiedControlGroup: Bool
    /// Control groups cannot be used at all on this machine.
    let withoutControlGroups: Bool

    static let unifiedMountPoint = "/sys/fs/cgroup/unified"

    func arguments(_ command: [String], log: String? = nil) -> [String] {
        var arguments = ["--root=\(stateFolder)"]
        if withoutControlGroups { arguments.append("--cgroup-manager=disabled") }
        if let log { arguments.append("--log=file:\(log)") }
        return arguments + command
    }
}
