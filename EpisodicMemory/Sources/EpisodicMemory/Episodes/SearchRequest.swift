/// The body of `POST /api/v1/search`.
struct SearchRequest: Sendable {
    let goal: String
    /// How many episodes at most.
    let count: Int
    let type: EpisodeType?

    /// - Throws: `APIError` with everything that is wrong with the body.
    init(_ body: [JSONValue.Member]) throws(APIError) {
        var fields = FieldReader(body)
        self.goal = fields.requiredString("goal", maximumBytes: Limits.goal)
        self.count = fields.integer("k", default: 10, in: 1...Limits.results)
        self.type = fields.choice("episode_type")
        try fields.finish()
    }
}
