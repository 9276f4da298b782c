/// A home folder of the job's own: nothing of the user's is found through it.
enum FreshHome {
    /// Variables that lead to the user's own files or keys.
    private static let personal = [
        "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "SSH_AGENT_PID",
        "SSH_AUTH_SOCK",
    ]

    static func apply(_ folder: String, to variables: inout [String: String]) {
        for name in personal { variables[name] = nil }
        variables["HOME"] = folder
    }
}
