import Core
import Foundation
import GRDB

extension Journal {
    package func open(_ incident: IncidentRecord) async throws {
        try await write { try incident.insert($0) }
    }

    /// Ends an incident.
    ///
    /// - Parameters:
    ///   - id: The incident's id, or the end of one that no other has.
    ///   - date: When it was over; not before it began.
    /// - Returns: The incident as it is now.
    /// - Throws: `SlipwayError` (`.invalidInput`) where there is no such incident, it is closed already, or the date is
    ///   before its beginning.
    package func closeIncident(_ id: String, at date: Date) async throws -> IncidentRecord {
        try await write { database in
            let found = try IncidentRecord.fetchAll(database).filter { $0.id == id || $0.id.hasSuffix(id) }
            guard var incident = found.first, found.count == 1, !id.isEmpty else {
                throw SlipwayError(
                    .invalidInput,
                    found.count > 1 ? "\(found.count) incidents end with \(id)" : "There is no incident \(id)",
                    next: "slipway incident list shows their ids."
                )
            }
            if let closed = incident.closedAt {
                throw SlipwayError(.invalidInput, "Incident \(incident.id) was closed \(closed.formatted(.iso8601))")
            }
            guard date >= incident.openedAt else {
                throw SlipwayError(
                    .invalidInput,
                    "Incident \(incident.id) began \(incident.openedAt.formatted(.iso8601)), after the given end"
                )
            }
            incident.closedAt = date
            try incident.update(database)
            return incident
        }
    }

    /// The newest incidents first, of one environment where it is given.
    package func incidents(environment: String? = nil) async throws -> [IncidentRecord] {
        try await read { database in
            var request = IncidentRecord.order(Column("openedAt").desc, Column("id").desc)
            if let environment { request = request.filter(Column("environment") == environment) }
            return try request.fetchAll(database)
        }
    }
}
