import Core
import Foundation

/// What `slipway load` sends, how often and for how long.
package struct LoadPlan: Sendable {
    package var url: URL
    package var method = "GET"
    package var headers: [(name: String, value: String)] = []
    package var body: Data?
    /// Requests a second, on average.
    package var rate: Double
    /// Seconds that are measured.
    package var duration: TimeInterval
    /// Seconds before them whose requests are sent and not counted.
    package var warmUp: TimeInterval = 0
    package var arrivals = Arrivals.Pattern.constant
    /// What random arrivals begin with: the same seed gives the same load.
    package var seed: UInt64 = 1
    /// Seconds from a request's scheduled start to the end of its answer.
    package var timeout: TimeInterval = 10
    /// Requests that wait for an answer at once; what comes on top is not sent and counts as an error.
    package var maximumInFlight = 1000
    package var expected = ExpectedStatus()
    package var thresholds: [LoadThreshold] = []

    package init(url: URL, rate: Double, duration: TimeInterval) {
        self.url = url
        self.rate = rate
        self.duration = duration
    }

    /// Requests that one run may schedule: more would not be one measurement any more.
    static let maximumRequests = 100_000_000.0

    /// - Throws: `SlipwayError` (`.invalidInput`) for a plan that cannot be carried out.
    package func validate() throws {
        guard ["http", "https"].contains(url.scheme?.lowercased()), url.host()?.isEmpty == false else {
            throw SlipwayError(
                .invalidInput,
                "\(url.absoluteString) is not an address to send requests to",
                next: "Give an http or https address, such as http://127.0.0.1:8000/health."
            )
        }
        guard url.user() == nil, url.password() == nil else {
            throw SlipwayError(
                .invalidInput,
                "The address holds a name or password",
                why: "command lines are visible to everybody on the machine",
                next: "Use --header-env 'Authorization=VARIABLE'."
            )
        }
        try require(rate > 0 && rate <= 1_000_000, "--rate must be above 0 and at most 1000000 requests a second")
        try require(duration > 0, "--duration must be longer than 0")
        try require(timeout > 0, "--timeout must be longer than 0")
        try require(warmUp >= 0, "--warm-up must not be negative")
        try require(maximumInFlight > 0, "--max-in-flight must be above 0")
        try require(
            rate * (warmUp + duration) <= Self.maximumRequests,
            "\(Int(rate * (warmUp + duration))) requests are more than one run measures (\(Int(Self.maximumRequests)))"
        )
    }

    private func require(_ condition: Bool, _ message: String) throws {
        guard condition else { throw SlipwayError(.invalidInput, message) }
    }

    /// The address without its query, which may hold a token.
    var shownAddress: String {
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
        parts?.query = nil
        parts?.fragment = nil
        return parts?.string ?? url.host() ?? ""
    }
}
