import HTTPTypes

extension HTTPRequest.Method {
    /// The safe method with a body (draft-ietf-httpbis-safe-method-w-body); the fallback is never taken.
    static let query = HTTPRequest.Method("QUERY") ?? .options
}

extension HTTPField.Name {
    static let requestID = constant("X-Request-Id")
    static let apiKey = constant("X-API-Key")
    static let quotaLimit = constant("X-Quota-Limit")
    static let quotaRemaining = constant("X-Quota-Remaining")
    static let quotaWarning = constant("X-Quota-Warning")

    /// A name that is known to be valid; the fallback is never taken.
    private static func constant(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .server
    }
}
