/// The body of `POST /api/v1/capture`.
struct CaptureRequest: Sendable {
    let episode: Episode
    /// What the client thinks the episode's direction is; else the service makes one.
    let embedding: Embedding?
    /// A second request with the same key stores nothing and gets the first one's answer.
    let idempotencyKey: String?

    /// - Throws: `APIError` with everything that is wrong with the body.
    init(_ body: [JSONValue.Member]) throws(APIError) {
        var fields = FieldReader(body)
        let type: EpisodeType? = fields.choice("episode_type")
        if type == nil, !fields.problems.contains(where: { $0.field == "episode_type" }) {
            fields.reject("episode_type", "is required: failure or success")
        }
        var episode = Episode(
            type: type ?? .failure,
            goal: fields.requiredString("goal", maximum: Limits.goal)
        )
        episode.actionsTaken = fields.strings(
            "actions_taken",
            maximumCount: Limits.actions,
            maximum: Limits.action
        )
        episode.errorTrace = fields.optionalString("error_trace", maximum: Limits.text) ?? ""
        episode.errorClass = fields.optionalString("error_class", maximum: Limits.name) ?? ""
        episode.toolChain = fields.strings("tool_chain", maximumCount: Limits.tools, maximum: Limits.name)
        episode.resolution = fields.optionalString("resolution", maximum: Limits.text) ?? ""
        episode.codeStateDiff = fields.optionalString("code_state_diff", maximum: Limits.diff) ?? ""
        episode.environmentInfo = fields.object("environment_info", maximumBytes: Limits.environment)
        episode.tags = fields.strings("tags", maximumCount: Limits.tags, maximum: Limits.name)
        self.embedding = fields.embedding("embedding")
        let key = fields.optionalString("idempotency_key", maximum: Limits.name)
        if key?.isEmpty == true { fields.reject("idempotency_key", "must not be empty") }
        try fields.finish()
        self.episode = episode
        self.idempotencyKey = key
    }
}

extension FieldReader {
    mutating func embedding(_ name: String) -> Embedding? {
        guard let value = value(name) else { return nil }
        let numbers = (value.arrayValue ?? []).compactMap(\.doubleValue)
        guard numbers.count == Embedding.dimensions, numbers.count == value.arrayValue?.count,
            let embedding = Embedding(numbers)
        else {
            reject(name, "must be an array of \(Embedding.dimensions) numbers, not all zero")
            return nil
        }
        return embedding
    }

    /// A moment as RFC 3339 text.
    mutating func timestamp(_ name: String) -> Timestamp? {
        guard let text = optionalString(name, maximum: 64) else { return nil }
        guard let timestamp = Timestamp(text) else {
            reject(name, "must be a time such as 2026-01-31T12:00:00Z")
            return nil
        }
        return timestamp
    }
}
