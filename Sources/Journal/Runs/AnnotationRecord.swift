import GRDB

/// A message of a step (`::error file=…::`) that is shown with the run, not only in its log.
package struct AnnotationRecord: Codable, Sendable, Hashable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "annotation"

    package enum Level: String, Codable, Sendable { case error, warning, notice }

    package var runId: String
    package var jobKey: String
    package var stepNumber: Int
    package var level: Level
    package var title: String?
    package var file: String?
    package var line: Int?
    package var endLine: Int?
    package var column: Int?
    package var endColumn: Int?
    package var message: String

    package init(
        runId: String,
        jobKey: String,
        stepNumber: Int,
        level: Level,
        title: String? = nil,
        file: String? = nil,
        line: Int? = nil,
        endLine: Int? = nil,
        column: Int? = nil,
        endColumn: Int? = nil,
        message: String
    ) {
        self.runId = runId
        self.jobKey = jobKey
        self.stepNumber = stepNumber
        self.level = level
        self.title = title
        self.file = file
        self.line = line
        self.endLine = endLine
        self.column = column
        self.endColumn = endColumn
        self.message = message
    }
}
