#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the environment asks this service to be.
struct Settings: Sendable {
    var host = "0.0.0.0"
    var port = 8000
    var version = "dev"
    var drainSeconds = 1.0
    /// `FAULT_EXIT=3`: end with this status before listening.
    var exitAtStart: Int32?
    /// `FAULT_READINESS=never`: answer 503 to the readiness probe for ever.
    var neverReady = false
    /// `FAULT_ERRORS=0.05`: this share of users' requests is answered with 500.
    var errorShare = 0.0
    /// `FAULT_LATENCY_MS=300`: every users' request takes this long.
    var latencyMilliseconds = 0

    static func fromEnvironment() -> Settings {
        var settings = Settings()
        if let value = variable("HOST") { settings.host = value }
        if let value = variable("PORT").flatMap(Int.init) { settings.port = value }
        if let value = variable("APP_VERSION") { settings.version = value }
        if let value = variable("DRAIN_DELAY_SECONDS").flatMap(Double.init) { settings.drainSeconds = value }
        settings.exitAtStart = variable("FAULT_EXIT").flatMap(Int32.init)
        settings.neverReady = variable("FAULT_READINESS") == "never"
        if let value = variable("FAULT_ERRORS").flatMap(Double.init) { settings.errorShare = value }
        if let value = variable("FAULT_LATENCY_MS").flatMap(Int.init) { settings.latencyMilliseconds = value }
        return settings
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
