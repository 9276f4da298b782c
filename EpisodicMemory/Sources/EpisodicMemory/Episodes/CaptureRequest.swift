/// The body of `POST /api/v1/capture`.
struct CaptureRequest: Sendable {
    let episode: Episode
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
            goal: fields.requiredString("goal", maximumBytes: Limits.goal)
        )
        episode.actionsTaken = fields.strings(
            "actions_taken",
            maximumCount: Limits.actions,
            maximumBytes: Limits.action
        )
        episode.errorTrace = fields.optionalString("error_trace", maximumBytes: Limits.text) ?? ""
        episode.errorClass = fields.optionalString("error_class", maximumBytes: Limits.name) ?? ""
        episode.toolChain = fields.strings("tool_chain", maximumCount: Limits.tools, maximumBytes: Limits.name)
        episode.resolution = fields.optionalString("resolution", maximumBytes: Limits.text) ?? ""
        episode.codeStateDiff = fields.optionalString("code_state_diff", maximumBytes: Limits.diff) ?? ""
        episode.environmentInfo = fields.object("environment_info", maximumBytes: Limits.environment)
        episode.tags = fields.strings("tags", maximumCount: Limits.tags, maximumBytes: Limits.name)
        let key = fields.optionalString("idempotency_key", maximumBytes: Limits.name)
        if key?.isEmpty == true { fields.reject("idempotency_key", "must not be empty") }
        try fields.finish()
        self.episode = episode
        self.idempotencyKey = key
    }
}
