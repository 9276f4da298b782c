import Core
import Foundation
import GRDB

extension Journal {
    /// A change of a release's state.
    package struct DeploymentStep: Sendable {
        package var state: String
        package var at: Date
        package var data: JSON

        package init(state: String, at: Date, data: JSON) {
            self.state = state
            self.at = at
            self.data = data
        }
    }

    /// Saves a release as it is now, and those of its steps that are not yet among the events. Saving the same again
    /// changes nothing, so that the journal can be rebuilt from the clusters' records.
    package func save(_ deployment: DeploymentRecord, steps: [DeploymentStep]) async throws {
        try await write { database in
            try deployment.save(database)
            let known =
                try EventRecord
                .filter(Column("subject") == "release" && Column("subjectId") == deployment.id)
                .fetchCount(database)
            for step in steps.dropFirst(known) {
                var event = EventRecord(
                    at: step.at,
                    subject: "release",
                    subjectId: deployment.id,
                    type: "release.\(step.state)",
                    data: step.data
                )
                try event.insert(database)
            }
        }
    }

    /// The newest releases first, of one environment where it is given.
    package func deployments(environment: String? = nil, limit: Int) async throws -> [DeploymentRecord] {
        try await read { database in
            var request = DeploymentRecord.order(Column("startedAt").desc, Column("number").desc).limit(limit)
            if let environment { request = request.filter(Column("environment") == environment) }
            return try request.fetchAll(database)
        }
    }

    package func deployment(id: String) async throws -> DeploymentRecord? {
        try await read { try DeploymentRecord.fetchOne($0, key: id) }
    }
}
