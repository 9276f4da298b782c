struct NeverHappened: Error {
    let what: String
}

/// Asks until `condition` gives a value.
///
/// - Throws: `NeverHappened` after `limit`.
func eventually<Value>(
    _ what: String,
    within limit: Duration = .seconds(20),
    _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await condition() { return value }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw NeverHappened(what: what)
}
