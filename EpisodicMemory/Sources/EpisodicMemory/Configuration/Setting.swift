/// A setting as it is documented: the one table that `--help`, the README and the reader of the environment share.
package struct Setting: Sendable {
    package let name: String
    package let fallback: String
    package let meaning: String

    package static let all: [Setting] = [
        .init(name: "HOST", fallback: "0.0.0.0", meaning: "Address to listen on"),
        .init(name: "PORT", fallback: "8000", meaning: "Port to listen on; 0 takes a free one and logs it"),
        .init(name: "DATA_DIR", fallback: "data", meaning: "Folder of the database; replicas on one host may share it"),
        .init(
            name: "CONFIG_FILE",
            fallback: "",
            meaning: "File of NAME=VALUE lines with these settings; the environment wins over it"
        ),
        .init(name: "DRAIN_DELAY_SECONDS", fallback: "5", meaning: "How long to go on accepting after SIGTERM"),
        .init(name: "SHUTDOWN_TIMEOUT_SECONDS", fallback: "25", meaning: "How long requests in flight may take then"),
        .init(name: "MAX_BODY_BYTES", fallback: "1048576", meaning: "Larger request bodies are refused with 413"),
        .init(name: "MAX_CONNECTIONS", fallback: "4096", meaning: "Connections served at once; more wait"),
        .init(name: "IDLE_TIMEOUT_SECONDS", fallback: "60", meaning: "Idle connections are closed after this"),
        .init(name: "REQUEST_TIMEOUT_SECONDS", fallback: "30", meaning: "Bodies that take longer are refused with 408"),
        .init(
            name: "ADMIN_API_KEY",
            fallback: "",
            meaning: "The operator's key, 16 characters or more; with SERVER_KEY, the service asks tenants for keys"
        ),
        .init(
            name: "SERVER_KEY",
            fallback: "",
            meaning: "Authenticates API keys, 32 characters or more; another one makes all of them void"
        ),
        .init(
            name: "EMBEDDINGS_URL",
            fallback: "",
            meaning: "OpenAI-compatible endpoint, such as https://HOST/v1/embeddings; without it, feature hashing"
        ),
        .init(name: "EMBEDDINGS_MODEL", fallback: "", meaning: "Its model, which must give 384 dimensions"),
        .init(name: "EMBEDDINGS_API_KEY", fallback: "", meaning: "Its key, when it asks for one"),
        .init(
            name: "EMBEDDINGS_TIMEOUT_SECONDS",
            fallback: "5",
            meaning: "How long it may take; then feature hashing serves"
        ),
        .init(
            name: "SQLITE_SYNCHRONOUS",
            fallback: "full",
            meaning: "`full` survives a power cut, `normal` is faster and survives a killed process"
        ),
        .init(
            name: "CONSOLIDATION_INTERVAL_SECONDS",
            fallback: "60",
            meaning: "How often near-duplicates are merged and successes linked; 0: never"
        ),
        .init(
            name: "ARCHIVE_AFTER_DAYS",
            fallback: "180",
            meaning: "When episodes that nobody needed are archived; 0: never"
        ),
        .init(
            name: "DATABASE_URL",
            fallback: "",
            meaning: "postgresql://USER:PASSWORD@HOST/NAME?sslmode=verify-full: PostgreSQL instead of DATA_DIR"
        ),
        .init(name: "DATABASE_POOL_SIZE", fallback: "8", meaning: "Connections each replica may have to PostgreSQL"),
        .init(
            name: "DATABASE_TIMEOUT_SECONDS",
            fallback: "10",
            meaning: "How long PostgreSQL may take for a statement, and a request wait for a connection"
        ),
        .init(
            name: "LOG_LEVEL",
            fallback: "info",
            meaning: "trace, debug, info, notice, warning, error or critical"
        ),
        .init(name: "APP_VERSION", fallback: "dev", meaning: "The version `/health` names; the image sets it"),
    ]

    /// For people at a terminal.
    package static var table: String {
        all.map { setting in
            let name = setting.name + String(repeating: " ", count: max(1, 32 - setting.name.count))
            return "  \(name)\(setting.meaning)" + (setting.fallback.isEmpty ? "" : " [\(setting.fallback)]")
        }.joined(separator: "\n")
    }

    /// For the README.
    package static var markdown: String {
        let rows = all.map { "| `\($0.name)` | \($0.fallback.isEmpty ? "" : "`\($0.fallback)`") | \($0.meaning) |" }
        return (["| Setting | Default | Meaning |", "|---|---|---|"] + rows).joined(separator: "\n")
    }
}
