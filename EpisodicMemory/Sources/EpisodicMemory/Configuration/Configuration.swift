import Foundation
import Logging

/// All that can be set from outside, read once at the start.
package struct Configuration: Sendable {
    package var host = "0.0.0.0"
    package var port = 8000
    /// Where the database lives. Replicas on one host may share it.
    package var dataDirectory = "data"
    /// How long the service goes on accepting after SIGTERM, so that endpoints can be removed everywhere first.
    package var drainDelay: Duration = .seconds(5)
    /// How long requests in flight may take once the listener is closed.
    package var shutdownTimeout: Duration = .seconds(25)
    package var maximumBodyBytes = 1_048_576
    /// How long a connection may stay idle, or a client take between two parts of a request.
    package var idleTimeout: Duration = .seconds(60)
    /// How long a client may take to send the body of one request.
    package var requestTimeout: Duration = .seconds(30)
    /// Connections served at once; more wait to be accepted.
    package var maximumConnections = 4096
    /// How often near-duplicates are merged and successes linked; nil: never.
    package var consolidationInterval: Duration? = .seconds(60)
    /// When episodes that nobody needed are archived; nil: never.
    package var archiveAfter: Duration? = .seconds(180 * 86_400)
    /// Where embeddings come from; nil: they are made here.
    var embeddings: EmbeddingEndpoint?
    package var logLevel: Logger.Level = .info
    /// What `GET /health` names; the image sets it.
    package var version = "dev"
    /// SQLite's `synchronous`: `full` survives a power cut, `normal` survives a killed process only.
    package var durability: Durability = .full

    /// Where PostgreSQL is; nil: the episodes are in SQLite, in the data directory.
    var database: PostgresSettings?

    /// Keys make it a service for many; without them it serves one, unasked.
    var accessKeys: AccessKeys?

    package init() {}

    package enum Durability: String, Sendable, CaseIterable {
        case full
        case normal
    }

    /// Reads the environment whole, and the file it names.
    ///
    /// - Throws: `ConfigurationError` with every mistake that was found.
    package init(environment: [String: String]) throws(ConfigurationError) {
        var settings = SettingsReader(environment: try SettingsFile.merge(under: environment))
        self.host = settings.text("HOST", default: host)
        self.port = settings.integer("PORT", default: port, in: 0...65535)
        self.dataDirectory = settings.text("DATA_DIR", default: dataDirectory)
        self.drainDelay = settings.seconds("DRAIN_DELAY_SECONDS", default: drainDelay, in: 0...3600)
        self.shutdownTimeout = settings.seconds("SHUTDOWN_TIMEOUT_SECONDS", default: shutdownTimeout, in: 0...3600)
        self.maximumBodyBytes = settings.integer(
            "MAX_BODY_BYTES",
            default: maximumBodyBytes,
            in: 1024...67_108_864
        )
        self.idleTimeout = settings.seconds("IDLE_TIMEOUT_SECONDS", default: idleTimeout, in: 0.1...3600)
        self.requestTimeout = settings.seconds("REQUEST_TIMEOUT_SECONDS", default: requestTimeout, in: 0.1...3600)
        self.maximumConnections = settings.integer("MAX_CONNECTIONS", default: maximumConnections, in: 1...1_000_000)
        let consolidation = settings.seconds("CONSOLIDATION_INTERVAL_SECONDS", default: .seconds(60), in: 0...86_400)
        self.consolidationInterval = consolidation == .zero ? nil : consolidation
        let days = settings.integer("ARCHIVE_AFTER_DAYS", default: 180, in: 0...36_500)
        self.archiveAfter = days == 0 ? nil : .seconds(days * 86_400)
        self.logLevel = settings.choice("LOG_LEVEL", default: logLevel)
        self.version = settings.text("APP_VERSION", default: version)
        self.durability = settings.choice("SQLITE_SYNCHRONOUS", default: durability)
        self.accessKeys = Self.accessKeys(&settings)
        self.embeddings = Self.embeddings(&settings)
        self.database = PostgresSettings.read(&settings)
        try settings.finish()
    }

    private static func embeddings(_ settings: inout SettingsReader) -> EmbeddingEndpoint? {
        let url = settings.optionalText("EMBEDDINGS_URL")
        let model = settings.optionalText("EMBEDDINGS_MODEL")
        let key = settings.optionalText("EMBEDDINGS_API_KEY")
        let timeout = settings.seconds("EMBEDDINGS_TIMEOUT_SECONDS", default: .seconds(5), in: 0.1...60)
        guard let url else {
            if model != nil || key != nil { settings.reject("EMBEDDINGS_MODEL and _API_KEY need EMBEDDINGS_URL") }
            return nil
        }
        let parsed = URL(string: url)
        if parsed?.host() == nil || !["http", "https"].contains(parsed?.scheme) {
            settings.reject("EMBEDDINGS_URL is '\(url)'; it must be such as https://HOST/v1/embeddings")
        }
        guard let model else {
            settings.reject("EMBEDDINGS_URL needs EMBEDDINGS_MODEL: vectors of different models cannot be compared")
            return nil
        }
        return EmbeddingEndpoint(url: url, model: model, apiKey: key.map(Secret.init), timeout: timeout)
    }

    private static func accessKeys(_ settings: inout SettingsReader) -> AccessKeys? {
        let adminKey = settings.secret("ADMIN_API_KEY", minimumLength: 16)
        let serverKey = settings.secret("SERVER_KEY", minimumLength: 32)
        switch (adminKey, serverKey) {
        case (let adminKey?, let serverKey?): return AccessKeys(adminKey: adminKey, serverKey: serverKey)
        case (nil, nil): return nil
        default:
            settings.reject("ADMIN_API_KEY and SERVER_KEY belong together: set both, or neither to serve without keys")
            return nil
        }
    }
}

/// Every mistake of a configuration at once, each naming its variable.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package let mistakes: [String]

    package var description: String {
        let count = mistakes.count == 1 ? "1 mistake" : "\(mistakes.count) mistakes"
        let lines = mistakes.map { "  - \($0)" }.joined(separator: "\n")
        return "\(count) in the configuration; nothing was started:\n\(lines)"
    }
}
