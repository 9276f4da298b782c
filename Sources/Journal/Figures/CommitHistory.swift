import Foundation

/// A commit as the lead time needs it.
package struct Commit: Sendable, Hashable {
    package var sha: String
    package var committedAt: Date

    package init(sha: String, committedAt: Date) {
        self.sha = sha
        self.committedAt = committedAt
    }
}

/// Where the figures learn which changes a deployment brought.
package protocol CommitHistory: Sendable {
    /// The commits that `head` has and `base` has not; only `head` itself where there is no base. Nil where one of the
    /// two is not known here (a shallow clone, a rewritten history).
    func commits(after base: String?, upTo head: String) async throws -> [Commit]?
}
