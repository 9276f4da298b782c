/// How to reach PostgreSQL, from `DATABASE_URL` and what goes with it.
struct PostgresSettings: Sendable {
    let address: PostgresAddress
    /// Connections each replica may have open.
    let poolSize: Int
    /// How long one statement may take, and a request wait for a connection.
    let timeout: Duration

    static func read(_ settings: inout SettingsReader) -> PostgresSettings? {
        let url = settings.optionalText("DATABASE_URL")
        let poolSize = settings.integer("DATABASE_POOL_SIZE", default: 8, in: 1...100)
        let timeout = settings.seconds("DATABASE_TIMEOUT_SECONDS", default: .seconds(10), in: 0.1...600)
        guard let url else { return nil }
        guard let address = PostgresAddress(url) else {
            settings.reject(
                "DATABASE_URL is none; it must be such as postgresql://USER:PASSWORD@HOST:5432/NAME?sslmode=verify-full"
                    + " (a sign of the password that is special in URLs must be written as %XX)"
            )
            return nil
        }
        return PostgresSettings(address: address, poolSize: poolSize, timeout: timeout)
    }
}
