import Hummingbird

/// The query of `GET /api/v1/episodes`.
struct ListRequest: Sendable {
    var filter = EpisodeFilter()
    let limit: Int
    let cursor: PageCursor?

    /// - Throws: `APIError` with everything that is wrong with the query.
    init(_ request: Request) throws(APIError) {
        // A query has only text; the numbers among it are read as such, so that one reader serves both.
        var members: [JSONValue.Member] = []
        for (name, value) in request.uri.queryParameters {
            let number = name == "limit" ? Int(value).map(JSONValue.integer) : nil
            members.append(.init(name: String(name), value: number ?? .string(String(value))))
        }
        var fields = FieldReader(members)
        self.limit = fields.integer("limit", default: 20, in: 1...Limits.results)
        self.filter.type = fields.choice("episode_type")
        self.filter.errorClass = fields.optionalString("error_class", maximumBytes: Limits.name)
        self.filter.tool = fields.optionalString("tool", maximumBytes: Limits.name)
        self.filter.tag = fields.optionalString("tag", maximumBytes: Limits.name)
        self.filter.createdAfter = fields.timestamp("created_after")
        self.filter.createdBefore = fields.timestamp("created_before")
        let cursor = fields.optionalString("cursor", maximumBytes: 64)
        self.cursor = cursor.flatMap(PageCursor.init)
        if cursor != nil, self.cursor == nil { fields.reject("cursor", "must be the next_cursor of a page") }
        try fields.finish()
    }
}
