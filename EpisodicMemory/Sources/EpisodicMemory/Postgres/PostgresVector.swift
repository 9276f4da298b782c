/// An embedding as it is kept: its space, itself, and its code.
enum PostgresVector {
    static func values(of placed: PlacedEmbedding?) -> [PostgresValue] {
        guard let placed else { return [.null, .null, .null] }
        return [
            .integer(placed.space.code), .floats(placed.embedding.values), .bits(VectorCode(placed.embedding).bytes),
        ]
    }

    /// Into both tables: belongs into a transaction.
    static func insert(
        _ placed: PlacedEmbedding,
        of episode: Int64,
        _ tenant: TenantID,
        isSearched: Bool = true,
        _ session: PostgresSession
    ) throws {
        let code = PostgresValue.bits(VectorCode(placed.embedding).bytes)
        try session.execute(
            "INSERT INTO embeddings (episode, space, vector) VALUES ($1, $2, $3)",
            [.integer(episode), .integer(placed.space.code), .floats(placed.embedding.values)]
        )
        guard isSearched else { return }
        try session.execute(
            "INSERT INTO vector_codes (episode, tenant, space, code) VALUES ($1, $2, $3, $4)",
            [.integer(episode), .integer(tenant.code), .integer(placed.space.code), code]
        )
    }
}
