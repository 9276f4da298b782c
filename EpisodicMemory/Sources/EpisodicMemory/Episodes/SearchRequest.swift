/// The body of `POST /api/v1/search`.
struct SearchRequest: Sendable {
    var goal: String
    /// How the world is now; compared with the environments of the episodes.
    var currentState: [JSONValue.Member] = []
    /// How many episodes at most.
    var count = 10
    /// Hashed vectors of unrelated texts have a cosine of 0.05 or so by chance.
    static let defaultMinimumSimilarity = 0.1

    /// What is less similar than this, by words and by vector, is left out; from 0 to 1.
    var minimumSimilarity = defaultMinimumSimilarity
    var filter = EpisodeFilter()
    var embedding: Embedding?

    init(goal: String) {
        self.goal = goal
    }

    /// - Throws: `APIError` with everything that is wrong with the body.
    init(_ body: [JSONValue.Member]) throws(APIError) {
        var fields = FieldReader(body)
        self.goal = fields.requiredString("goal", maximum: Limits.goal)
        self.currentState = fields.object("current_state", maximumBytes: Limits.environment)
        self.count = fields.integer("k", default: 10, in: 1...Limits.results)
        self.minimumSimilarity = fields.number(
            "min_similarity",
            default: Self.defaultMinimumSimilarity,
            in: 0...1
        )
        self.filter.type = fields.choice("episode_type")
        self.filter.errorClass = fields.optionalString("error_class", maximum: Limits.name)
        self.filter.tool = fields.optionalString("tool", maximum: Limits.name)
        self.filter.tag = fields.optionalString("tag", maximum: Limits.name)
        self.filter.createdAfter = fields.timestamp("created_after")
        self.filter.createdBefore = fields.timestamp("created_before")
        self.embedding = fields.embedding("embedding")
        try fields.finish()
    }
}
