/// The body of `POST /api/v1/reflect`: what an agent is about to do.
struct ReflectRequest: Sendable {
    let action: String
    let goal: String
    let tool: String?
    let currentState: [JSONValue.Member]

    /// - Throws: `APIError` with everything that is wrong with the body.
    init(_ body: [JSONValue.Member]) throws(APIError) {
        var fields = FieldReader(body)
        self.action = fields.requiredString("action", maximum: Limits.action)
        self.goal = fields.requiredString("goal", maximum: Limits.goal)
        self.tool = fields.optionalString("tool", maximum: Limits.name)
        self.currentState = fields.object("current_state", maximumBytes: Limits.environment)
        try fields.finish()
    }
}
