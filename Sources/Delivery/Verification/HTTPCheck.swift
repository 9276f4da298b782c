import Core
import Foundation

/// One HTTP request of `verify` in `slipway.yml`, and what its answer must be.
package struct HTTPCheck: Sendable, Hashable, Codable {
    package var method = "GET"
    package var path: String
    package var headers: [String: String] = [:]
    package var body: String?
    /// Any of these; 200 unless told.
    package var statuses: [Int] = [200]
    /// A text that must stand in the answer.
    package var contains: String?
    /// Values that must stand at these places of a JSON answer.
    package var json: [JSONExpectation] = []
    /// The longest the answer may take, in seconds.
    package var within: TimeInterval?
    /// How long the check is repeated until it holds.
    package var patience: TimeInterval = 10

    package init(path: String) { self.path = path }

    /// `GET /health`
    package var name: String { "\(method) \(path)" }
}

/// `$.status` must be `"ok"`.
package struct JSONExpectation: Sendable, Hashable, Codable {
    package var path: JSONPath
    package var value: JSON
}
