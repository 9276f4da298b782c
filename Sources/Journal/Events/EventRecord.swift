import Core
import Foundation
import GRDB

/// Something that happened to a run, a release or anything else with a name: the raw history behind every page and
/// figure.
package struct EventRecord: Codable, Sendable, Hashable, FetchableRecord, MutablePersistableRecord {
    package static let databaseTableName = "event"

    /// Grows with every event of this journal; nil until it is written.
    package private(set) var id: Int64?
    package var at: Date
    /// What kind of thing it happened to: `run`, `release`, `environment`.
    package var subject: String
    package var subjectId: String
    /// What happened, dotted: `job.reused`, `release.rolled-back`.
    package var type: String
    package var data: JSON

    package init(at: Date, subject: String, subjectId: String, type: String, data: JSON = [:]) {
        self.at = at
        self.subject = subject
        self.subjectId = subjectId
        self.type = type
        self.data = data
    }

    package mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

extension Journal {
    @discardableResult
    package func add(_ event: EventRecord) async throws -> EventRecord {
        try await write { database in
            var event = event
            try event.insert(database)
            return event
        }
    }

    /// The events of one thing, oldest first; only those after `id` where it is given.
    package func events(of subject: String, id subjectId: String, after id: Int64 = 0) async throws -> [EventRecord] {
        try await read { database in
            try EventRecord
                .filter(Column("subject") == subject && Column("subjectId") == subjectId && Column("id") > id)
                .order(Column("id"))
                .fetchAll(database)
        }
    }

    /// The newest events first, of one type where it is given.
    package func recentEvents(ofType type: String? = nil, limit: Int) async throws -> [EventRecord] {
        try await read { database in
            var request = EventRecord.order(Column("id").desc).limit(limit)
            if let type { request = request.filter(Column("type") == type) }
            return try request.fetchAll(database)
        }
    }
}
