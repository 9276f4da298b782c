import Foundation

/// One container as it shall run, with everything resolved: no names to look up, no references, no defaults.
struct ContainerSpec: Sendable, Hashable {
    /// Who the container's processes are. `additionalGroups` holds supplemental groups and the volumes' group.
    struct User: Sendable, Hashable {
        var uid: UInt32
        var gid: UInt32
        var additionalGroups: [UInt32] = []
    }

    /// A file or folder of the host that appears in the container.
    struct Mount: Sendable, Hashable {
        var source: String
        var destination: String
        var isReadOnly = false
    }

    struct Limits: Sendable, Hashable {
        var memoryBytes: Int64?
        /// Thousandths of a CPU.
        var cpuMillis: Int64?
        /// What is asked for, in thousandths of a CPU: the share where CPUs are scarce.
        var cpuRequestMillis: Int64 = 0

        var isEmpty: Bool { memoryBytes == nil && cpuMillis == nil }
    }

    enum Seccomp: Sendable, Hashable { case unconfined, runtimeDefault }

    var hostname: String
    /// The program and its arguments; never empty.
    var arguments: [String]
    /// `NAME=value`, each name once.
    var environment: [String]
    var workingDirectory = "/"
    var user = User(uid: 0, gid: 0)
    /// `CAP_CHOWN`…, sorted.
    var capabilities: [String] = Capabilities.standard
    var noNewPrivileges = false
    var isRootReadOnly = false
    var mounts: [Mount] = []
    var limits = Limits()
    /// The network namespace to join, as a path.
    var networkNamespace: String?
    /// Below the root of each control group hierarchy; nil where control groups cannot be had.
    var controlGroup: String?
    var seccomp = Seccomp.unconfined
    var sysctls: [String: String] = [:]
    /// Asks the process to end.
    var stopSignal = SIGTERM
}
