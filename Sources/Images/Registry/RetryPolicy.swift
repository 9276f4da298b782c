import AsyncHTTPClient
import Core
import Foundation
import NIOHTTP1

/// When and how often a registry is asked again.
package struct RetryPolicy: Sendable, Hashable {
    package var attempts: Int
    package var firstDelay: Duration
    package var longestDelay: Duration

    package init(attempts: Int = 5, firstDelay: Duration = .milliseconds(500), longestDelay: Duration = .seconds(30)) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
    }

    static func isTransient(_ status: HTTPResponseStatus) -> Bool {
        [408, 429, 500, 502, 503, 504].contains(status.code)
    }

    /// Failures of the network, and not of what was asked.
    static func isTransient(_ error: any Error) -> Bool {
        if error is CancellationError || error is SlipwayError { return false }
        return ![HTTPClientError.cancelled, .invalidURL, .emptyHost].contains { $0 == error as? HTTPClientError }
    }

    /// Twice as long each time, shortened by chance so that many clients do not come back at once; or what the registry
    /// asks for, in seconds or as a date, within the limit.
    func delay(attempt: Int, retryAfter: String?) -> Duration {
        if let retryAfter, let seconds = Self.seconds(retryAfter) { return min(.seconds(seconds), longestDelay) }
        let exponential = firstDelay * (1 << min(attempt - 1, 16))
        return min(exponential, longestDelay) * Double.random(in: 0.5...1)
    }

    static func seconds(_ retryAfter: String, now: Date = .now) -> Int? {
        if let seconds = Int(retryAfter) { return max(0, seconds) }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: retryAfter).map { max(0, Int($0.timeIntervalSince(now).rounded(.up))) }
    }
}
