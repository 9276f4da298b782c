import Foundation
import GRDB

/// One execution of a workflow.
package struct RunRecord: Codable, Sendable, Hashable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "run"

    package enum Status: String, Codable, Sendable { case running, waiting, completed }
    package enum Conclusion: String, Codable, Sendable { case success, failure, cancelled, skipped }

    package var id: String
    /// Counts the runs of one workflow file from 1; attempts of one run share it.
    package var number: Int
    package var attempt: Int
    package var workflow: String
    /// What the workflow's `run-name` gave; nil where it has none, or it gave blanks only.
    package var title: String?
    /// The first attempt, where this is a later one.
    package var origin: String?
    /// The workflow file, relative to the project.
    package var file: String
    package var event: String
    package var ref: String
    package var sha: String
    /// The git tree id of the content that ran: the commit's, or that of commit and local changes together.
    package var tree: String
    /// Whether local changes ran that are in no commit.
    package var dirty: Bool
    package var actor: String
    /// The process that executes the run, to tell a running one from one whose process is gone.
    package var process: Int
    /// Where the logs, summaries and artifacts are.
    package var directory: String
    package var status: Status
    package var conclusion: Conclusion?
    /// Why it ended as it did, where that is not plain from its jobs.
    package var message: String?
    package var startedAt: Date
    package var endedAt: Date?

    /// The run's own name, the workflow's where it has none.
    package var displayTitle: String { title ?? workflow }

    package init(
        id: String,
        number: Int,
        attempt: Int = 1,
        workflow: String,
        file: String,
        event: String,
        ref: String,
        sha: String,
        tree: String,
        dirty: Bool,
        actor: String,
        process: Int,
        directory: String,
        status: Status = .running,
        startedAt: Date
    ) {
        self.id = id
        self.number = number
        self.attempt = attempt
        self.workflow = workflow
        self.file = file
        self.event = event
        self.ref = ref
        self.sha = sha
        self.tree = tree
        self.dirty = dirty
        self.actor = actor
        self.process = process
        self.directory = directory
        self.status = status
        self.startedAt = startedAt
    }
}
