import Logging

/// An embedding with the space it is of.
struct PlacedEmbedding: Sendable {
    let embedding: Embedding
    let space: EmbeddingSpace
}

/// Finds the embedding of an episode or a goal: the one that came with the request, else the endpoint's, else one
/// made by feature hashing, also when the endpoint fails: a capture must not be lost because another service is down.
struct Embedder: Sendable {
    let endpoint: EmbeddingEndpoint?
    private let logger = Logger(label: "episodic-memory.embeddings")

    init(endpoint: EmbeddingEndpoint?) {
        self.endpoint = endpoint
    }

    /// - Parameters:
    ///   - episode: redacted; the endpoint gets to read it.
    ///   - given: what came with the capture.
    func embedding(of episode: Episode, given: Embedding?) async -> PlacedEmbedding? {
        if let given { return PlacedEmbedding(embedding: given, space: .client) }
        let parts =
            [episode.goal, episode.errorClass] + episode.toolChain + episode.tags + episode.actionsTaken.prefix(16)
        if let placed = await ask(parts.filter { !$0.isEmpty }.joined(separator: "\n")) { return placed }
        return episode.hashedEmbedding.map { PlacedEmbedding(embedding: $0, space: .featureHashing) }
    }

    func embedding(ofGoal goal: String, given: Embedding?) async -> PlacedEmbedding? {
        if let given { return PlacedEmbedding(embedding: given, space: .client) }
        if let placed = await ask(Redactor.redact(goal)) { return placed }
        var hasher = FeatureHasher()
        hasher.add(goal)
        return hasher.embedding.map { PlacedEmbedding(embedding: $0, space: .featureHashing) }
    }

    private func ask(_ text: String) async -> PlacedEmbedding? {
        guard let endpoint else { return nil }
        do {
            return PlacedEmbedding(embedding: try await endpoint.embedding(of: text), space: endpoint.space)
        } catch {
            logger.warning("no embedding; made one from the words", metadata: ["error": "\(LoggableError(error))"])
            return nil
        }
    }
}
