extension EpisodeStore {
    /// The episodes that fit best, in order.
    ///
    /// Words and vectors each name candidates, from memory; the best of them are then read and scored exactly.
    func search(_ request: SearchRequest, tenant: TenantID) async throws -> [SearchHit] {
        let placed = await embedder.embedding(ofGoal: request.goal, given: request.embedding)
        return try await searches.hits(
            PreparedSearch(request, tenant: tenant, placed: placed, tokenizer: index.tokenizer)
        )
    }
}
