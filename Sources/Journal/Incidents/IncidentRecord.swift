import Foundation
import GRDB

/// Harm in an environment that no rollback tells of: a person says when it began and when it was over.
///
/// Change failure rate and time to restore count it (a deployment fails when it needs a rollback, a hotfix or leads to
/// an incident).
package struct IncidentRecord: Codable, Sendable, Hashable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "incident"

    package var id: String
    package var environment: String
    /// The Deployment it is about; nil where it is about the environment as a whole.
    package var service: String?
    /// The release that led to it; nil: the one that was running when it began.
    package var deploymentId: String?
    package var reason: String
    package var openedBy: String
    package var openedAt: Date
    /// When everything was verified good again; nil while it is open.
    package var closedAt: Date?

    package init(
        id: String,
        environment: String,
        service: String? = nil,
        deploymentId: String? = nil,
        reason: String,
        openedBy: String,
        openedAt: Date
    ) {
        self.id = id
        self.environment = environment
        self.service = service
        self.deploymentId = deploymentId
        self.reason = reason
        self.openedBy = openedBy
        self.openedAt = openedAt
    }
}
