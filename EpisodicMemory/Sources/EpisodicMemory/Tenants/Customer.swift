/// A tenant, with what it may use.
struct Customer: Sendable {
    let tenant: TenantID
    let id: EpisodeID
    let name: String
    let createdAt: Timestamp
    /// Requests a calendar month (UTC); nil without a limit.
    let monthlyQuota: Int?
    /// For each of its keys, in each replica; nil without a limit.
    let requestsPerMinute: Int?

    func write(to object: inout JSONWriter) {
        object.member("id", id.description)
        object.member("name", name)
        object.member("created_at", createdAt.description)
        if let monthlyQuota { object.member("monthly_quota", monthlyQuota) }
        if let requestsPerMinute { object.member("requests_per_minute", requestsPerMinute) }
    }
}

/// What is known of a key besides the customer it belongs to. Never its secret.
struct KeyRecord: Sendable {
    let id: String
    let name: String
    let createdAt: Timestamp
    let revokedAt: Timestamp?

    func write(to object: inout JSONWriter) {
        object.member("key_id", id)
        object.member("name", name)
        object.member("created_at", createdAt.description)
        if let revokedAt { object.member("revoked_at", revokedAt.description) }
    }
}

/// The body of `POST /api/v1/customers`.
struct CustomerRequest: Sendable {
    static let quotas = 1...1_000_000_000_000
    static let rates = 1...10_000_000

    let name: String
    let monthlyQuota: Int?
    let requestsPerMinute: Int?

    /// - Throws: `APIError` with everything that is wrong with the body.
    init(_ body: [JSONValue.Member]) throws(APIError) {
        var fields = FieldReader(body)
        self.name = fields.requiredString("name", maximum: Limits.name)
        self.monthlyQuota = fields.optionalInteger("monthly_quota", in: Self.quotas)
        self.requestsPerMinute = fields.optionalInteger("requests_per_minute", in: Self.rates)
        try fields.finish()
    }
}
