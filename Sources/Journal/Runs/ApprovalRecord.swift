import Foundation
import GRDB

/// A person's decision about a job with a protected environment.
package struct ApprovalRecord: Codable, Sendable, Hashable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "approval"

    package enum Decision: String, Codable, Sendable { case approved, rejected }

    package var runId: String
    package var jobKey: String
    package var environment: String
    package var decision: Decision
    package var decidedBy: String
    package var decidedAt: Date
    /// How it was given: `--yes`, `prompt`.
    package var how: String

    package init(
        runId: String,
        jobKey: String,
        environment: String,
        decision: Decision,
        decidedBy: String,
        decidedAt: Date,
        how: String
    ) {
        self.runId = runId
        self.jobKey = jobKey
        self.environment = environment
        self.decision = decision
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.how = how
    }
}
