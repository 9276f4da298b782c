import Core
import Foundation

/// Writes the `config.json` of an OCI runtime bundle (runtime-spec 1.0) for a container.
struct RuntimeSpecification {
    let container: ContainerSpec
    /// Where the container's root file system is mounted.
    let rootPath: String

    var json: JSON {
        [
            "ociVersion": "1.0.2",
            "process": process,
            "root": ["path": .string(rootPath), "readonly": .bool(container.isRootReadOnly)],
            "hostname": .string(container.hostname),
            "mounts": .array(Self.systemMounts(controlGroups: container.controlGroup != nil) + binds),
            "linux": linux,
        ]
    }

    /// The process alone, also for commands that are run in the container beside its own (`crun exec --process`).
    func process(arguments: [String]) -> JSON {
        var json = process
        json["args"] = .array(arguments.map(JSON.string))
        return json
    }

    private var process: JSON {
        let capabilities = JSON.array(container.capabilities.map(JSON.string))
        return [
            "terminal": false,
            "user": [
                "uid": .int(Int64(container.user.uid)), "gid": .int(Int64(container.user.gid)),
                "additionalGids": .array(container.user.additionalGroups.map { .int(Int64($0)) }),
            ],
            "args": .array(container.arguments.map(JSON.string)),
            "env": .array(container.environment.map(JSON.string)),
            "cwd": .string(container.workingDirectory),
            "capabilities": [
                "bounding": capabilities, "effective": capabilities, "permitted": capabilities,
            ],
            "noNewPrivileges": .bool(container.noNewPrivileges),
            "rlimits": [
                ["type": "RLIMIT_NOFILE", "hard": .int(Self.openFiles), "soft": .int(Self.openFiles)]
            ],
        ]
    }

    /// As many as we may have ourselves, up to what nodes usually give: a login shell's 1024 is not meant for servers.
    private static let openFiles: Int64 = {
        var limit = rlimit()
        #if os(Linux)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        return Int64(min(UInt64(limit.rlim_max), 1_048_576))
    }()

    /// Always the same, whatever the pod says.
    private static func systemMounts(controlGroups: Bool) -> [JSON] {
        func mount(_ type: String, _ destination: String, _ options: [String], source: String? = nil) -> JSON {
            [
                "type": .string(type), "source": .string(source ?? type), "destination": .string(destination),
                "options": .array(options.map(JSON.string)),
            ]
        }
        let hardened = ["nosuid", "noexec", "nodev"]
        var mounts = [
            mount("proc", "/proc", hardened),
            mount("tmpfs", "/dev", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            mount("devpts", "/dev/pts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            mount("tmpfs", "/dev/shm", hardened + ["mode=1777", "size=65536k"], source: "shm"),
            mount("mqueue", "/dev/mqueue", hardened),
            mount("sysfs", "/sys", hardened + ["ro"]),
        ]
        // Programs read their limits there (JVM, Go, .NET, Swift's own thread pool).
        if controlGroups { mounts.append(mount("cgroup", "/sys/fs/cgroup", hardened + ["relatime", "ro"])) }
        return mounts
    }

    private var binds: [JSON] {
        // A folder must be there before something is mounted inside it.
        container.mounts.enumerated()
            .sorted { (depth($0.element), $0.offset) < (depth($1.element), $1.offset) }
            .map { _, mount in
                [
                    "type": "bind", "source": .string(mount.source), "destination": .string(mount.destination),
                    "options": ["rbind", "rprivate", mount.isReadOnly ? "ro" : "rw"],
                ]
            }
    }

    private func depth(_ mount: ContainerSpec.Mount) -> Int {
        mount.destination.split(separator: "/").count
    }

    private var linux: JSON {
        var namespaces: [JSON] = ["pid", "ipc", "uts", "mount"].map { ["type": .string($0)] }
        if container.controlGroup != nil { namespaces.append(["type": "cgroup"]) }
        if let path = container.networkNamespace {
            namespaces.append(["type": "network", "path": .string(path)])
        }
        var json: JSON = [
            "namespaces": .array(namespaces),
            "maskedPaths": .array(Self.maskedPaths.map(JSON.string)),
            "readonlyPaths": .array(Self.readOnlyPaths.map(JSON.string)),
        ]
        if let group = container.controlGroup {
            json["cgroupsPath"] = .string(group)
            json["resources"] = resources
        }
        if container.seccomp == .runtimeDefault { json["seccomp"] = SeccompProfile.json }
        if !container.sysctls.isEmpty { json["sysctl"] = .object(container.sysctls.mapValues(JSON.string)) }
        return json
    }

    private var resources: JSON {
        // Devices: none but those that every container has; the runtime adds these.
        var json: JSON = ["devices": [["allow": false, "access": "rwm"]]]
        if let bytes = container.limits.memoryBytes { json["memory"] = ["limit": .int(bytes)] }
        // Kubernetes' own conversions: 1024 shares and 100 ms of every 100 ms are one CPU.
        var cpu: JSON = ["shares": .int(max(2, container.limits.cpuRequestMillis * 1024 / 1000))]
        if let millis = container.limits.cpuMillis {
            cpu["period"] = 100_000
            cpu["quota"] = .int(max(1_000, millis * 100))
        }
        json["cpu"] = cpu
        return json
    }

    /// What containerd hides from containers.
    private static let maskedPaths = [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
    ]
    private static let readOnlyPaths = [
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    ]
}
