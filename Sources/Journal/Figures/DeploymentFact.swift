import Foundation
import GRDB

/// What the figures need to know of one release.
struct DeploymentFact: Decodable, Sendable, FetchableRecord {
    enum Outcome {
        /// Everything runs the new version, verified.
        case verified
        /// It was bad, and everything is as before.
        case takenBack
        /// It was bad and could not be taken back.
        case stuck
        /// It ended before anything was changed: nobody met it.
        case neverStarted
        case inProgress
    }

    var id: String
    /// The Deployment's name.
    var service: String
    var kind: String
    var state: String
    var commitSha: String?
    var startedAt: Date
    /// When the first new pod could get requests; nil where it never came so far.
    var exposedAt: Date?
    var servedAt: Date?
    var endedAt: Date?

    var isRollback: Bool { kind == "rollback" }

    var outcome: Outcome {
        switch state {
        case "verified": .verified
        case "rolled-back": .takenBack
        case "rollback-failed": .stuck
        case "failed", "abandoned": .neverStarted
        default: .inProgress
        }
    }

    /// All releases to an environment, oldest first.
    static func all(environment: String, _ database: Database) throws -> [DeploymentFact] {
        try fetchAll(
            database,
            sql: """
                SELECT id, deployment AS service, kind, state, commitSha, startedAt, servedAt, endedAt,
                    (SELECT MIN(at) FROM event WHERE subject = 'release' AND subjectId = deployment.id
                        AND type = 'release.rolling-out') AS exposedAt
                FROM deployment WHERE environment = ? ORDER BY startedAt, number
                """,
            arguments: [environment]
        )
    }
}
