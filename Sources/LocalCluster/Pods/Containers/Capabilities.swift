/// Which of root's powers a container keeps.
enum Capabilities {
    /// What containerd and Docker leave to a container by default.
    static let standard = [
        "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID",
        "CAP_SYS_CHROOT",
    ]

    static let all = Set(
        standard + [
            "CAP_AUDIT_CONTROL", "CAP_AUDIT_READ", "CAP_BLOCK_SUSPEND", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
            "CAP_DAC_READ_SEARCH", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_LEASE", "CAP_LINUX_IMMUTABLE",
            "CAP_MAC_ADMIN", "CAP_MAC_OVERRIDE", "CAP_NET_ADMIN", "CAP_NET_BROADCAST", "CAP_PERFMON",
            "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_MODULE", "CAP_SYS_NICE", "CAP_SYS_PACCT", "CAP_SYS_PTRACE",
            "CAP_SYS_RAWIO", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_SYSLOG",
            "CAP_WAKE_ALARM",
        ]
    )

    /// The set that `securityContext.capabilities` asks for: drops first, then additions; `ALL` is every capability.
    ///
    /// - Throws: `ContainerConfigurationError` for a name that is no capability.
    static func resolve(add: [String], drop: [String]) throws(ContainerConfigurationError) -> [String] {
        var result = Set(standard)
        for name in drop {
            if name.uppercased() == "ALL" { result = [] } else { result.remove(try known(name)) }
        }
        for name in add {
            if name.uppercased() == "ALL" { result = all } else { result.insert(try known(name)) }
        }
        return result.sorted()
    }

    private static func known(_ name: String) throws(ContainerConfigurationError) -> String {
        let upper = name.uppercased()
        let full = upper.hasPrefix("CAP_") ? upper : "CAP_\(upper)"
        guard all.contains(full) else {
            throw ContainerConfigurationError(.create, "unknown capability \"\(name)\"")
        }
        return full
    }
}
