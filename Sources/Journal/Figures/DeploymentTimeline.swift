import Foundation

/// The releases of one service in one environment, read in order: which ones brought what, which ones failed.
struct DeploymentTimeline {
    /// A release that brought new changes, and what ran before it.
    struct Success {
        var deployment: DeploymentFact
        /// The commit that ran before; nil where none did, or it is not known.
        var base: String?
        /// Whether a release ran before this one.
        var hasPredecessor: Bool
    }

    /// Harm: since when, and until when; nil while it goes on.
    struct Harm {
        var from: Date
        var until: Date?
    }

    private(set) var successes: [Success] = []
    /// Releases that reached the environment: succeeded, taken back or stuck.
    private(set) var deployments: [DeploymentFact] = []
    /// By the id of the release that did it: each counts once, however many rollbacks and incidents it caused.
    private(set) var harm: [String: Harm] = [:]
    private(set) var neverStarted: [DeploymentFact] = []
    private(set) var inProgress: [DeploymentFact] = []
    /// What ran since when.
    private var running: [(since: Date, deployment: DeploymentFact)] = []

    init(_ facts: [DeploymentFact]) {
        for fact in facts { add(fact) }
    }

    private mutating func add(_ fact: DeploymentFact) {
        switch fact.outcome {
        case .verified: addVerified(fact)
        // A rollback that failed is the same harm going on, not a deployment of its own.
        case .takenBack, .stuck: if !fact.isRollback { addFailed(fact) }
        case .neverStarted: if !fact.isRollback { neverStarted.append(fact) }
        case .inProgress: inProgress.append(fact)
        }
    }

    private mutating func addVerified(_ fact: DeploymentFact) {
        let end = fact.endedAt ?? fact.startedAt
        let before = running.last?.deployment
        if fact.isRollback {
            // Somebody found what ran before to be bad.
            if let before, !before.isRollback, harm[before.id] == nil {
                harm[before.id] = Harm(from: before.exposedAt ?? before.startedAt, until: end)
            }
        } else {
            deployments.append(fact)
            successes.append(Success(deployment: fact, base: before?.commitSha, hasPredecessor: before != nil))
        }
        // Verified good ends whatever was still going on.
        for (id, open) in harm where open.until == nil { harm[id] = Harm(from: open.from, until: end) }
        running.append((end, fact))
    }

    private mutating func addFailed(_ fact: DeploymentFact) {
        deployments.append(fact)
        let isOver = fact.outcome == .takenBack
        harm[fact.id] = Harm(from: fact.exposedAt ?? fact.startedAt, until: isOver ? fact.endedAt : nil)
    }

    /// The release that an incident is about: the named one, or the one that ran when it began.
    func cause(of incident: IncidentRecord) -> DeploymentFact? {
        if let id = incident.deploymentId { return deployments.first { $0.id == id } }
        let current = running.last { $0.since <= incident.openedAt }?.deployment
        return current.flatMap { $0.isRollback ? nil : $0 }
    }

    /// Counts an incident against the release that caused it.
    mutating func add(_ incident: IncidentRecord, causedBy id: String) {
        guard let known = harm[id] else {
            harm[id] = Harm(from: incident.openedAt, until: incident.closedAt)
            return
        }
        var until: Date?
        if let one = known.until, let other = incident.closedAt { until = max(one, other) }
        harm[id] = Harm(from: min(known.from, incident.openedAt), until: until)
    }
}
