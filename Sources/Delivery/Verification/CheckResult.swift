import Foundation

/// What one check found.
package struct CheckResult: Sendable, Hashable, Codable {
    /// `pod api-7d9f-x2` or `service api`
    package var target: String
    /// `GET /health`
    package var check: String
    package var passed: Bool
    /// `200 in 12 ms`, or what was wrong with the last answer.
    package var text: String
    package var attempts: Int

    func isOfSame(_ other: CheckResult) -> Bool { target == other.target && check == other.check }
}
