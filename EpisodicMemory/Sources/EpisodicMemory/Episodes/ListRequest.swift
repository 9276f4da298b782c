import Hummingbird

/// Which page of a list.
struct PageRequest: Sendable {
    let limit: Int
    let cursor: PageCursor?
}

/// The query of `GET /api/v1/episodes`.
struct ListRequest: Sendable {
    var filter = EpisodeFilter()
    let page: PageRequest

    /// - Throws: `APIError` with everything that is wrong with the query.
    init(_ request: Request) throws(APIError) {
        var fields = Self.fields(of: request)
        self.page = fields.page()
        self.filter.type = fields.choice("episode_type")
        self.filter.errorClass = fields.optionalString("error_class", maximum: Limits.name)
        self.filter.tool = fields.optionalString("tool", maximum: Limits.name)
        self.filter.tag = fields.optionalString("tag", maximum: Limits.name)
        self.filter.createdAfter = fields.timestamp("created_after")
        self.filter.createdBefore = fields.timestamp("created_before")
        try fields.finish()
    }

    /// The query of a list without filters.
    ///
    /// - Throws: `APIError` with everything that is wrong with it.
    static func page(_ request: Request) throws(APIError) -> PageRequest {
        var fields = fields(of: request)
        let page = fields.page()
        try fields.finish()
        return page
    }

    private static func fields(of request: Request) -> FieldReader {
        // A query has only text; the numbers among it are read as such, so that one reader serves both.
        var members: [JSONValue.Member] = []
        for (name, value) in request.uri.queryParameters {
            let number = name == "limit" ? Int(value).map(JSONValue.integer) : nil
            members.append(.init(name: String(name), value: number ?? .string(String(value))))
        }
        return FieldReader(members)
    }
}

extension FieldReader {
    fileprivate mutating func page() -> PageRequest {
        let limit = integer("limit", default: 20, in: 1...Limits.results)
        let text = optionalString("cursor", maximum: 64)
        let cursor = text.flatMap(PageCursor.init)
        if text != nil, cursor == nil { reject("cursor", "must be the next_cursor of a page") }
        return PageRequest(limit: limit, cursor: cursor)
    }
}
