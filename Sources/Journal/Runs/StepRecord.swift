import Foundation
import GRDB

/// One step of a job.
package struct StepRecord: Codable, Sendable, Hashable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "step"

    package enum Status: String, Codable, Sendable { case queued, running, completed }

    package var runId: String
    package var jobKey: String
    /// Counts from 1 in the order of execution.
    package var number: Int
    package var stepId: String?
    package var name: String
    package var status: Status
    /// What happened, before `continue-on-error`.
    package var outcome: JobRecord.Result?
    /// What counts, after `continue-on-error`.
    package var conclusion: JobRecord.Result?
    package var exitStatus: Int?
    package var message: String?
    /// The step's log, relative to the job's folder.
    package var log: String
    package var startedAt: Date?
    package var endedAt: Date?

    package init(
        runId: String,
        jobKey: String,
        number: Int,
        stepId: String?,
        name: String,
        status: Status = .queued,
        log: String,
        startedAt: Date? = nil
    ) {
        self.runId = runId
        self.jobKey = jobKey
        self.number = number
        self.stepId = stepId
        self.name = name
        self.status = status
        self.log = log
        self.startedAt = startedAt
    }
}
