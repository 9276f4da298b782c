import Crypto
import Foundation

extension PostgresStore {
    func capture(_ request: CaptureRequest, tenant: TenantID) async throws -> CaptureResult {
        let episode = request.episode.redacted
        let embedding = await embedder.embedding(of: episode, given: request.embedding)
        let capture = PostgresCapture(episode, embedding, idempotencyKey: request.idempotencyKey, tenant: tenant)
        return try await pool.run { session in
            if let earlier = try capture.earlier(session) { return earlier }
            do {
                return try capture.store(session)
            } catch let error as PostgresError where error.code == "23505" {
                // The same key came twice at once, and the other was first.
                guard let earlier = try capture.earlier(session) else { throw error }
                return earlier
            }
        }
    }
}

/// An episode with all that is stored for it, in one statement and so in one transaction.
struct PostgresCapture: Sendable {
    private let id: EpisodeID
    private let createdAt = Timestamp.now()
    private let tenant: TenantID
    private let values: [PostgresValue]
    private let idempotency: (keyHash: Data, fingerprint: Data)?

    /// The episode is redacted by now.
    init(_ episode: Episode, _ embedding: PlacedEmbedding?, idempotencyKey: String?, tenant: TenantID) {
        id = EpisodeID.make(at: createdAt)
        self.tenant = tenant
        let words = PostgresWords.normalized(episode)
        values =
            PostgresEpisode.values(of: episode) + [.text(words.text), .integer(Int64(words.count))]
            + PostgresVector.values(of: embedding)
        idempotency = idempotencyKey.map { key in
            // The key is the client's text and may name a person: only its hash is kept.
            (Data(SHA256.hash(data: Data(key.utf8))), episode.fingerprint)
        }
    }

    func store(_ session: PostgresSession) throws -> CaptureResult {
        var values: [PostgresValue] = [.id(id), .integer(tenant.code), .time(createdAt)] + values
        var kept = ""
        if let idempotency {
            values += [.bytes(idempotency.keyHash), .bytes(idempotency.fingerprint)]
            kept = """
                , kept AS (INSERT INTO idempotency (tenant, key_hash, episode, fingerprint)
                    SELECT $2, $19, id, $20 FROM stored)
                """
        }
        try session.execute(
            """
            WITH stored AS (
                INSERT INTO episodes (uid, tenant, created_at, \(PostgresEpisode.captured), words, word_count)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, words_of($2, $14), $15)
                RETURNING id
            ), queued AS (
                INSERT INTO unconsolidated (episode) SELECT id FROM stored
            ), exact AS (
                INSERT INTO embeddings (episode, space, vector)
                SELECT id, $16::bigint, $17::real[] FROM stored WHERE $16::bigint IS NOT NULL
            ), coded AS (
                INSERT INTO vector_codes (episode, tenant, space, code)
                SELECT id, $2, $16::bigint, $18::bit(512) FROM stored WHERE $16::bigint IS NOT NULL
            )\(kept)
            SELECT id FROM stored
            """,
            values
        )
        return CaptureResult(id: id, createdAt: createdAt, isNew: true)
    }

    /// - Throws: `APIError` when the key came with another episode.
    func earlier(_ session: PostgresSession) throws -> CaptureResult? {
        guard let idempotency else { return nil }
        let row = try session.query(
            """
            SELECT e.uid, e.created_at, i.fingerprint FROM idempotency i JOIN episodes e ON e.id = i.episode
            WHERE i.tenant = $1 AND i.key_hash = $2
            """,
            [.integer(tenant.code), .bytes(idempotency.keyHash)]
        ).first
        guard let row else { return nil }
        guard try row.data(2) == idempotency.fingerprint else { throw APIError.idempotencyKeyReused }
        return CaptureResult(id: try row.id(0), createdAt: try row.time(1), isNew: false)
    }
}
