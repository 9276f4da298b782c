import Core
import Foundation
import GRDB

/// One job of a run; a matrix job has one record a leg.
package struct JobRecord: Codable, Sendable, Hashable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "job"

    package enum Status: String, Codable, Sendable { case queued, waiting, running, completed }
    package enum Result: String, Codable, Sendable { case success, failure, cancelled, skipped }

    package var runId: String
    /// Unique in the run and fit for a folder name: the job's id, with the leg behind it.
    package var key: String
    package var jobId: String
    package var name: String
    /// The order in which jobs are shown.
    package var position: Int
    package var matrix: JSON?
    package var environment: String?
    package var status: Status
    package var result: Result?
    package var message: String?
    package var outputs: [String: String]
    /// What the job's result depends on, as a digest; nil for a job that must never be answered from the journal.
    package var reuseKey: String?
    /// The run whose result this one repeats.
    package var reusedFrom: String?
    package var directory: String
    package var startedAt: Date?
    package var endedAt: Date?

    package init(
        runId: String,
        key: String,
        jobId: String,
        name: String,
        position: Int,
        matrix: JSON? = nil,
        environment: String? = nil,
        status: Status = .queued,
        result: Result? = nil,
        directory: String
    ) {
        self.runId = runId
        self.key = key
        self.jobId = jobId
        self.name = name
        self.position = position
        self.matrix = matrix
        self.environment = environment
        self.status = status
        self.result = result
        self.outputs = [:]
        self.directory = directory
    }
}
