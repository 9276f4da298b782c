import Crypto
import Foundation
import GRDB
import HTTPTypes

/// What a capture came to.
package struct CaptureResult: Sendable, Equatable {
    package let id: EpisodeID
    package let createdAt: Timestamp
    /// False when the idempotency key was there already.
    package let isNew: Bool
}

extension EpisodeStore {
    /// Stores an episode and returns once it is on the disk. Credentials and personal data do not get that far.
    ///
    /// - Throws: `APIError` when the idempotency key came with another episode before; what SQLite says.
    func capture(_ request: CaptureRequest, tenant: TenantID) async throws -> CaptureResult {
        let episode = request.episode.redacted
        let embedding = await embedder.embedding(of: episode, given: request.embedding)
        let capture = try PreparedCapture(
            episode,
            embedding,
            idempotencyKey: request.idempotencyKey,
            tenant: tenant,
            tokenizer: index.tokenizer
        )
        return try await writes.commit { db, indexed in try capture.store(db, &indexed) }
    }
}

/// An episode with all that is stored for it, made before the transaction so that the transaction is short.
struct PreparedCapture: Sendable {
    private let id: EpisodeID
    private let createdAt = Timestamp.now()
    private let tenant: TenantID
    private let values: StatementArguments
    private let vector: StoredVector?
    private let entry: IndexEntry
    private let idempotency: Idempotency?

    private struct Idempotency: Sendable {
        let keyHash: Data
        let fingerprint: Data
    }

    /// The episode is redacted by now.
    ///
    /// - Throws: what SQLite's tokenizer says.
    init(
        _ episode: Episode,
        _ embedding: PlacedEmbedding?,
        idempotencyKey: String?,
        tenant: TenantID,
        tokenizer: TextTokenizer
    ) throws {
        id = EpisodeID.make(at: createdAt)
        self.tenant = tenant
        values = EpisodeRow.values(of: episode)
        let indexed = embedding.map(IndexedVector.init)
        vector = embedding.flatMap { placed in indexed.map { StoredVector(of: episode, placed, $0) } }
        entry = try IndexEntry(episode, createdAt: createdAt, vector: indexed, tokenizer: tokenizer)
        idempotency = idempotencyKey.map { key in
            // The key is the client's text and may name a person: only its hash is kept.
            Idempotency(
                keyHash: Data(SHA256.hash(data: Data(key.utf8))),
                fingerprint: episode.fingerprint
            )
        }
    }

    func store(_ db: Database, _ indexed: inout [Int64: IndexEntry]) throws -> CaptureResult {
        if let earlier = try earlierCapture(db) { return earlier }
        try db.cachedStatement(sql: EpisodeRow.insert).execute(
            arguments: [Data(id.bytes), createdAt.milliseconds, tenant.code] + values
        )
        let episode = db.lastInsertedRowID
        try TextTable(tenant: tenant).add(episode, db)
        try vector?.store(of: episode, tenant: tenant, createdAt: createdAt, db)
        indexed[episode] = entry
        if let idempotency {
            try db.cachedStatement(
                sql: "INSERT INTO idempotency (tenant, key_hash, episode, fingerprint) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [tenant.code, idempotency.keyHash, episode, idempotency.fingerprint])
        }
        return CaptureResult(id: id, createdAt: createdAt, isNew: true)
    }

    private func earlierCapture(_ db: Database) throws -> CaptureResult? {
        guard let idempotency else { return nil }
        let query = try db.cachedStatement(
            sql: """
                SELECT e.uid, e.created_at, i.fingerprint FROM idempotency i JOIN episodes e ON e.id = i.episode
                WHERE i.tenant = ? AND i.key_hash = ?
                """
        )
        guard let row = try Row.fetchOne(query, arguments: [tenant.code, idempotency.keyHash]),
            let id = EpisodeRow.id(row[0])
        else { return nil }
        guard row[2] as Data == idempotency.fingerprint else { throw APIError.idempotencyKeyReused }
        return CaptureResult(id: id, createdAt: Timestamp(milliseconds: row[1]), isNew: false)
    }
}
