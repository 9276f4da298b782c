import Foundation
import GRDB

/// An episode that a search found.
struct SearchHit: Sendable {
    let episode: Int64
    let stored: StoredEpisode
    let scores: Scores
}

extension EpisodeStore {
    /// The episodes that fit best, in order.
    ///
    /// Words and vectors each name candidates; every candidate is then scored whole, with the exact cosine.
    func search(_ request: SearchRequest, tenant: TenantID) async throws -> [SearchHit] {
        let placed = await embedder.embedding(ofGoal: request.goal, given: request.embedding)
        let text = TextSearch(tenant: tenant, filter: request.filter, vocabulary: vocabulary)
        let vectors = placed.map { placed in
            VectorSearch(index: index, key: .init(tenant: tenant, space: placed.space), placed.embedding)
        }
        let ranking = Ranking(request: request, tenant: tenant, placed: placed)
        return try await pool.read { db in
            var candidates: [Int64: Double] = [:]
            let wanted = max(64, request.count * 4)
            for match in try text.matches(request.goal, limit: wanted, db) { candidates[match.episode] = match.bm25 }
            for episode in try vectors?.nearest(limit: wanted, filter: request.filter.forVectors, db) ?? [] {
                candidates[episode, default: 0] += 0
            }
            return try ranking.best(of: candidates, db)
        }
    }
}

/// Finds candidates by vector: the quantised first pass.
struct VectorSearch: Sendable {
    let index: VectorIndex
    let key: VectorIndex.Key
    let code: VectorCode

    init(index: VectorIndex, key: VectorIndex.Key, _ embedding: Embedding) {
        self.index = index
        self.key = key
        self.code = VectorCode(embedding)
    }

    func nearest(limit: Int, filter: VectorFilter, _ db: Database) throws -> [Int64] {
        try index.partition(key, db)?.nearest(to: code, limit: limit, filter: filter) ?? []
    }
}
