import Core

/// The `RuntimeDefault` system call filter of this runtime: everything but what can only be meant to leave a container.
///
/// Follows the list of calls that Docker documents as blocked by its default profile. Calls that also need a capability
/// are left to the capability check, so that adding the capability has its usual effect.
enum SeccompProfile {
    static let json: JSON = [
        "defaultAction": "SCMP_ACT_ALLOW",
        "architectures": .array(architectures.map(JSON.string)),
        "syscalls": [
            ["names": .array(blocked.map(JSON.string)), "action": "SCMP_ACT_ERRNO", "errnoRet": 1]
        ],
    ]

    private static let blocked = [
        "add_key", "bpf", "create_module", "delete_module", "finit_module", "get_kernel_syms", "get_mempolicy",
        "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp",
        "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mbind", "migrate_pages", "move_pages",
        "name_to_handle_at", "nfsservctl", "open_by_handle_at", "perf_event_open", "pivot_root",
        "query_module", "quotactl", "reboot", "request_key", "set_mempolicy", "settimeofday", "stime", "swapoff",
        "swapon", "sysfs", "_sysctl", "umount", "unshare", "uselib", "userfaultfd", "ustat", "vm86", "vm86old",
    ]

    private static var architectures: [String] {
        #if arch(arm64)
            ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
        #else
            ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
        #endif
    }
}
