/// Finds candidates by their vectors: a first pass over half-precise vectors (pgvector's HNSW index), or over codes of
/// 512 bits by the bits that differ. Who ranks compares exactly.
struct PostgresVectorSearch: Sendable {
    let tenant: TenantID
    let placed: PlacedEmbedding
    let usesPgVector: Bool

    func nearest(limit: Int, filter: EpisodeFilter, _ session: PostgresSession) throws -> [Int64] {
        var query = PostgresQuery()
        var conditions = "v.tenant = \(query.bind(.integer(tenant.code)))"
        conditions += " AND v.space = \(query.bind(.integer(placed.space.code)))"
        var join = ""
        if !filter.isEmpty {
            join = "JOIN episodes e ON e.id = v.episode"
            conditions += " AND \(query.conditions(filter, tenant: tenant))"
        }
        let table: String
        let distance: String
        if usesPgVector {
            table = "vectors"
            distance = "v.vector <#> \(query.bind(.floats(placed.embedding.values)))::real[]::halfvec(384)"
        } else {
            table = "vector_codes"
            distance = "bit_count(v.code # \(query.bind(.bits(VectorCode(placed.embedding).bytes))))"
        }
        let sql = """
            SELECT v.episode FROM \(table) v \(join) WHERE \(conditions)
            ORDER BY \(distance) LIMIT \(query.bind(.integer(Int64(limit))))
            """
        // slipway:allow(sql-injection) names of our schema and numbered places are put in; values are bound
        return try session.query(sql, query.values).map { try $0.integer(0) }
    }
}
