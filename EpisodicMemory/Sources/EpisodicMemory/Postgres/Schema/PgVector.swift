/// The extension pgvector, where the server has it: an HNSW index makes the first pass, instead of a look at every
/// code. Whether it is used is the database's state, not a replica's: triggers keep the index in step, whoever writes.
enum PgVector {
    /// From this version on a search that filters goes on until it has enough (`hnsw.iterative_scan`).
    static let minimumVersion = (0, 8)

    /// Makes the index when it can be had.
    ///
    /// - Returns: whether there is one, and when not, why.
    static func adopt(_ session: PostgresSession) throws -> (isUsed: Bool, reason: String) {
        let known = try session.query(
            """
            SELECT coalesce(e.extversion, a.default_version), e.extversion IS NOT NULL
            FROM pg_available_extensions a LEFT JOIN pg_extension e ON e.extname = a.name WHERE a.name = 'vector'
            """
        ).first
        guard let known else { return (false, "the server does not have it") }
        let version = try known.text(0)
        let parts = version.split(separator: ".").compactMap { Int($0) }
        guard parts.count >= 2, (parts[0], parts[1]) >= minimumVersion else {
            return (false, "it is \(version); \(minimumVersion.0).\(minimumVersion.1) or newer is needed")
        }
        if try !known.bool(1) {
            do {
                try session.script("CREATE EXTENSION IF NOT EXISTS vector")
            } catch let error as PostgresError where error.code == "42501" {
                return (false, "this user may not CREATE EXTENSION vector; let an administrator do so once")
            }
        }
        try setUp(session)
        let isThere = try session.query("SELECT to_regclass('episodic_memory.vectors') IS NOT NULL").first?.bool(0)
        if isThere != true { try session.transaction { try session.script(index) } }
        return (true, "pgvector \(version)")
    }

    /// What each connection needs that searches.
    static func setUp(_ session: PostgresSession) throws {
        // The extension may be in any schema; its types are named without it below.
        let schema = try session.query(
            """
            SELECT set_config('search_path', 'episodic_memory, public, ' || quote_ident(n.nspname), false)
            FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'
            """
        )
        guard !schema.isEmpty else { return }
        try session.script("SET hnsw.iterative_scan = relaxed_order")
        try session.script("SET hnsw.ef_search = 128")
    }

    /// Half precision is enough for a first pass, and takes half the memory.
    private static let index = """
        CREATE TABLE episodic_memory.vectors (
            episode bigint PRIMARY KEY REFERENCES episodic_memory.vector_codes (episode) ON DELETE CASCADE,
            tenant bigint NOT NULL,
            space bigint NOT NULL,
            vector halfvec(384) NOT NULL
        );
        CREATE FUNCTION episodic_memory.index_vector() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO episodic_memory.vectors (episode, tenant, space, vector)
            SELECT NEW.episode, NEW.tenant, NEW.space, e.vector FROM episodic_memory.embeddings e
            WHERE e.episode = NEW.episode ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;
        -- From here on nobody adds a code until the index has them all.
        CREATE TRIGGER index_vector AFTER INSERT ON episodic_memory.vector_codes
            FOR EACH ROW EXECUTE FUNCTION episodic_memory.index_vector();
        INSERT INTO episodic_memory.vectors (episode, tenant, space, vector)
            SELECT c.episode, c.tenant, c.space, e.vector
            FROM episodic_memory.vector_codes c JOIN episodic_memory.embeddings e ON e.episode = c.episode;
        CREATE INDEX vectors_by_tenant ON episodic_memory.vectors (tenant, space);
        CREATE INDEX vectors_nearest ON episodic_memory.vectors USING hnsw (vector halfvec_ip_ops);
        """
}
