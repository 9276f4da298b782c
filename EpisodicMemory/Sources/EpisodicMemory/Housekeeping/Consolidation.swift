import Foundation
import GRDB
import Logging

/// Keeps the memory from filling with the same thing over and over.
///
/// Each new episode is looked at once, in the order of capture:
/// - one that says what an older one says (same type and error class, cosine of 0.97 or more) is merged into that:
///   the older one counts another occurrence, the newer one is archived and names it;
/// - a success is linked to the earlier failures with a similar goal (cosine of 0.7 or more) that nothing resolved
///   yet, so that a reflection can say what got past them.
///
/// Then episodes that nobody captured again, was given or found helpful for a long time are archived. An archived
/// episode is found by its id alone.
struct Consolidation: Sendable {
    static let duplicateCosine = 0.97
    static let resolutionCosine = 0.7
    /// Episodes one round looks at; the next goes on from there.
    private static let batchSize = 1000
    /// Changes that are kept for other replicas to read.
    private static let changesKept = 100_000

    let store: EpisodeStore
    /// nil: nothing is archived for its age.
    let archiveAfter: Duration?

    struct Outcome: Sendable, Equatable {
        var looked = 0
        var merged = 0
        var linked = 0
        var archived = 0
    }

    private struct Candidate: Sendable {
        let row: Int64
        let tenant: TenantID
        let space: EmbeddingSpace
        let type: EpisodeType
        let errorClass: String
        let embedding: Embedding
    }

    /// One round, unless another replica is at it.
    ///
    /// - Throws: what SQLite says.
    func run(now: Timestamp = .now()) async throws -> Outcome? {
        guard try await takeLease(now) else { return nil }
        var outcome = Outcome()
        try await addMissingVectors()
        for candidate in try await newEpisodes() {
            outcome.looked += 1
            if let original = try await original(of: candidate) {
                try await merge(candidate, into: original, now)
                outcome.merged += 1
            } else if candidate.type == .success {
                outcome.linked += try await link(candidate)
            }
            try await setMark("consolidated", candidate.row)
        }
        outcome.archived = try await archiveOld(now)
        try await forgetOldChanges(now)
        return outcome
    }

    // MARK: Steps

    /// The nearest older episode that says the same.
    private func original(of candidate: Candidate) async throws -> Int64? {
        var filter = EpisodeFilter()
        filter.type = candidate.type
        filter.errorClass = candidate.errorClass
        return try await neighbours(of: candidate, filter: filter, limit: 16)
            .first { $0.row < candidate.row && $0.cosine >= Self.duplicateCosine }?.row
    }

    private func merge(_ candidate: Candidate, into original: Int64, _ now: Timestamp) async throws {
        try await store.writes.commit { db in
            try db.cachedStatement(
                sql: """
                    UPDATE episodes AS o SET occurrences = o.occurrences + d.occurrences,
                        last_seen_at = max(ifnull(o.last_seen_at, o.created_at), d.created_at),
                        helped = o.helped + d.helped, not_helped = o.not_helped + d.not_helped,
                        uses = o.uses + d.uses, resolved_by = ifnull(o.resolved_by, d.resolved_by)
                    FROM episodes d
                    WHERE o.id = ? AND d.id = ? AND o.archived_at IS NULL AND d.archived_at IS NULL
                    """
            ).execute(arguments: [original, candidate.row])
            guard db.changesCount > 0 else { return }
            try db.cachedStatement(
                sql:
                    "UPDATE episodes SET archived_at = ?, merged_into = (SELECT uid FROM episodes WHERE id = ?) WHERE id = ?"
            ).execute(arguments: [now.milliseconds, original, candidate.row])
            try VectorChange.remove(candidate.row, tenant: candidate.tenant, db)
        }
    }

    private func link(_ success: Candidate) async throws -> Int {
        var filter = EpisodeFilter()
        filter.type = .failure
        let failures = try await neighbours(of: success, filter: filter, limit: 16)
            .filter { $0.row < success.row && $0.cosine >= Self.resolutionCosine }
        guard !failures.isEmpty else { return 0 }
        return try await store.writes.commit { db in
            let update = try db.cachedStatement(
                sql: """
                    UPDATE episodes SET resolved_by = (SELECT uid FROM episodes WHERE id = ?)
                    WHERE id = ? AND resolved_by IS NULL
                    """
            )
            return try failures.reduce(0) { linked, failure in
                try update.execute(arguments: [success.row, failure.row])
                return linked + db.changesCount
            }
        }
    }

    private func archiveOld(_ now: Timestamp) async throws -> Int {
        guard let archiveAfter else { return 0 }
        let limit = now.milliseconds - archiveAfter.components.seconds * 1000
        return try await store.writes.commit { db in
            let old = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, tenant FROM episodes
                    WHERE archived_at IS NULL AND created_at < ? AND ifnull(last_seen_at, 0) < ?
                        AND ifnull(last_used_at, 0) < ? AND helped <= not_helped LIMIT ?
                    """,
                arguments: [limit, limit, limit, Self.batchSize]
            )
            for row in old {
                try db.execute(
                    sql: "UPDATE episodes SET archived_at = ? WHERE id = ?",
                    arguments: [now.milliseconds, row[0] as Int64]
                )
                try VectorChange.remove(row[0], tenant: TenantID(row[1]), db)
            }
            return old.count
        }
    }

    /// Removals that every replica has read by now, and what they removed. A replica that has not read them in time
    /// reads everything anew.
    private func forgetOldChanges(_ now: Timestamp) async throws {
        try await store.writes.commit { db in
            let limit = now.milliseconds - 86_400_000
            try db.execute(
                sql: "DELETE FROM episode_changes WHERE seq < (SELECT max(seq) FROM episode_changes) - ?",
                arguments: [Self.changesKept]
            )
            try db.execute(
                sql: """
                    DELETE FROM vector_changes WHERE code IS NOT NULL AND episode IN
                        (SELECT episode FROM vector_changes WHERE code IS NULL AND created_at < ?);
                    DELETE FROM vector_changes WHERE code IS NULL AND created_at < ?;
                    """,
                arguments: [limit, limit]
            )
        }
    }

    /// What an older binary captured has no vector.
    private func addMissingVectors() async throws {
        let missing = try await store.pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(EpisodeRow.columns), e.id, e.tenant FROM episodes e
                    WHERE e.id > ifnull((SELECT value FROM meta WHERE name = 'consolidated'), 0)
                        AND e.archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM embeddings WHERE episode = e.id)
                    ORDER BY e.id LIMIT ?
                    """,
                arguments: [Self.batchSize]
            ).map { row in
                (
                    row: row[EpisodeRow.columnCount] as Int64,
                    tenant: TenantID(row[EpisodeRow.columnCount + 1]),
                    stored: try EpisodeRow.episode(row)
                )
            }
        }
        for entry in missing {
            guard let placed = await store.embedder.embedding(of: entry.stored.episode, given: nil) else { continue }
            let vector = StoredVector(of: entry.stored.episode, placed, IndexedVector(placed))
            try await store.writes.commit { db in
                guard
                    try Bool.fetchOne(
                        db,
                        sql: "SELECT NOT EXISTS (SELECT 1 FROM embeddings WHERE episode = ?)",
                        arguments: [entry.row]
                    ) == true
                else { return }
                try vector.store(of: entry.row, tenant: entry.tenant, createdAt: entry.stored.createdAt, db)
            }
        }
    }

    // MARK: Reading

    private func newEpisodes() async throws -> [Candidate] {
        try await store.pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT e.id, e.tenant, v.space, e.episode_type, e.error_class, v.vector
                    FROM episodes e JOIN embeddings v ON v.episode = e.id
                    WHERE e.id > ifnull((SELECT value FROM meta WHERE name = 'consolidated'), 0)
                        AND e.archived_at IS NULL
                    ORDER BY e.id LIMIT ?
                    """,
                arguments: [Self.batchSize]
            )
            return rows.compactMap { row in
                guard let type = EpisodeRow.type(of: row[3]),
                    let embedding = (row[5] as Data).withUnsafeBytes(Embedding.init(stored:))
                else { return nil }
                return Candidate(
                    row: row[0],
                    tenant: TenantID(row[1]),
                    space: EmbeddingSpace(code: row[2]),
                    type: type,
                    errorClass: row[4],
                    embedding: embedding
                )
            }
        }
    }

    private func neighbours(
        of candidate: Candidate,
        filter: EpisodeFilter,
        limit: Int
    ) async throws -> [(row: Int64, cosine: Double)] {
        let placed = PlacedEmbedding(embedding: candidate.embedding, space: candidate.space)
        let vector = IndexedVector(placed)
        try await store.offThePool { [store] in try store.index.refresh(store.pool) }
        let nearest = store.index.read(candidate.tenant) { index in
            let question = TenantIndex.Neighbours(vector: vector, limit: limit, filter: IndexFilter(filter))
            return index.flatMap { index in
                index.nearest([question]).first?.map { index.documents[Int($0.slot)].episode }
            } ?? []
        }
        return try await store.pool.read { db in
            let query = try db.cachedStatement(sql: "SELECT vector FROM embeddings WHERE episode = ?")
            return try nearest.compactMap { row in
                guard row != candidate.row, let data = try Data.fetchOne(query, arguments: [row]),
                    let embedding = data.withUnsafeBytes(Embedding.init(stored:))
                else { return nil }
                return (row, candidate.embedding.cosine(embedding))
            }.sorted { $0.cosine > $1.cosine }
        }
    }

    // MARK: Marks

    /// For a minute, one replica alone.
    private func takeLease(_ now: Timestamp) async throws -> Bool {
        try await store.writes.commit { db in
            try db.execute(
                sql: """
                    INSERT INTO meta (name, value) VALUES ('consolidating_until', ?)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <= ?
                    """,
                arguments: [now.milliseconds + 60_000, now.milliseconds]
            )
            return db.changesCount > 0
        }
    }

    private func setMark(_ name: String, _ value: Int64) async throws {
        try await store.writes.commit { db in
            try db.execute(
                sql:
                    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                arguments: [name, value]
            )
        }
    }
}
