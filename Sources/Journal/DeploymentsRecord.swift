import Core
import Foundation
import GRDB

/// One release to one environment, as this machine knows it. The environment's cluster holds the original.
package struct DeploymentRecord: Codable, Sendable, Hashable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "deployment"

    package var id: String
    package var environment: String
    package var namespace: String
    package var deployment: String
    /// Counts the releases of the Deployment.
    package var number: Int
    /// `release` or `rollback`.
    package var kind: String
    /// `verified`, `rolled-back`, `watching`…
    package var state: String
    /// `repository@sha256:…`
    package var image: String
    package var digest: String
    package var tag: String?
    package var version: String?
    package var commitSha: String?
    package var tree: String?
    package var previousImage: String?
    package var user: String
    package var host: String
    /// The run it belonged to.
    package var run: String?
    package var startedAt: Date
    /// When all pods were of the new version; nil where that never came.
    package var servedAt: Date?
    package var endedAt: Date?
    /// When it was decided to go back: with `servedAt`, how long users had a bad version.
    package var failedAt: Date?
    package var failureReason: String?
    package var failureMessage: String?
    /// All that the cluster's record holds: checks, figures of the watch, evidence.
    package var record: JSON

    package init(
        id: String,
        environment: String,
        namespace: String,
        deployment: String,
        number: Int,
        kind: String,
        state: String,
        image: String,
        digest: String,
        user: String,
        host: String,
        startedAt: Date,
        record: JSON
    ) {
        self.id = id
        self.environment = environment
        self.namespace = namespace
        self.deployment = deployment
        self.number = number
        self.kind = kind
        self.state = state
        self.image = image
        self.digest = digest
        self.user = user
        self.host = host
        self.startedAt = startedAt
        self.record = record
    }
}
