import Foundation

/// Computes the delivery figures from what the journal holds.
///
/// The definitions are DORA's, made exact: frequency counts releases that were verified good, over all days of the
/// period; lead time is the median over *every* commit between the two deployed ones, each once; the failure rate
/// counts each release once; time to restore ends when everything is verified good again; what is open or unknown is
/// said as such, never dropped.
package struct DeliveryFiguresReader: Sendable {
    private let environment: String
    private let services: [String: DeploymentTimeline]
    /// Incidents that no release is known to have caused.
    private let unexplained: [IncidentRecord]
    /// Lead times in seconds by the id of the release that brought the changes; a release whose changes are not known
    /// is missing.
    private let leadTimes: [String: [TimeInterval]]

    /// Reads all releases and incidents of an environment, and the commits of each release.
    ///
    /// - Parameters:
    ///   - environment: As `slipway.yml` names it.
    ///   - journal: This machine's history.
    ///   - commits: The repository that the releases were built from.
    /// - Throws: What the journal or the repository throw.
    package init(environment: String, journal: Journal, commits: any CommitHistory) async throws {
        let facts = try await journal.read { try DeploymentFact.all(environment: environment, $0) }
        let incidents = try await journal.incidents(environment: environment)
        var services = Dictionary(grouping: facts, by: \.service).mapValues(DeploymentTimeline.init)
        var unexplained: [IncidentRecord] = []
        for incident in incidents {
            let candidates = incident.service.map { [$0] } ?? services.keys.sorted()
            let causes = candidates.compactMap { services[$0]?.cause(of: incident) }
            // Where several services could have caused it, the one that changed last before it did.
            if let cause = causes.max(by: { $0.startedAt < $1.startedAt }) {
                services[cause.service]?.add(incident, causedBy: cause.id)
            } else {
                unexplained.append(incident)
            }
        }
        self.environment = environment
        self.services = services
        self.unexplained = unexplained
        leadTimes = try await Self.leadTimes(services.values.flatMap(\.successes), commits)
    }

    private static func leadTimes(
        _ successes: [DeploymentTimeline.Success],
        _ commits: any CommitHistory
    ) async throws -> [String: [TimeInterval]] {
        var result: [String: [TimeInterval]] = [:]
        var seen: [String: Set<String>] = [:]
        for success in successes {
            let release = success.deployment
            guard let head = release.commitSha, success.base != nil || !success.hasPredecessor,
                let changes = try await commits.commits(after: success.base, upTo: head)
            else { continue }
            let arrived = release.servedAt ?? release.endedAt ?? release.startedAt
            // A change that was taken back and came again arrived the first time.
            result[release.id] = changes.compactMap { commit in
                guard seen[release.service, default: []].insert(commit.sha).inserted else { return nil }
                return max(0, arrived.timeIntervalSince(commit.committedAt))
            }
        }
        return result
    }

    /// The services that were ever released to the environment, by name.
    package var serviceNames: [String] { services.keys.sorted() }

    /// The figures from `from` to `to`, of one service or of all together.
    package func figures(from: Date, to: Date, service: String? = nil) -> DeliveryFigures {
        let timelines = services.filter { service == nil || $0.key == service }.values
        func isInside(_ date: Date) -> Bool { from <= date && date < to }
        let deployments = timelines.flatMap(\.deployments).filter { isInside($0.startedAt) }
        let successes = timelines.flatMap(\.successes).map(\.deployment).filter { isInside($0.startedAt) }
        let failures = timelines.flatMap { timeline in
            timeline.deployments.filter { isInside($0.startedAt) }.compactMap { deployment in
                timeline.harm[deployment.id].map { (id: deployment.id, harm: $0) }
            }
        }
        let incidents = unexplained.filter {
            isInside($0.openedAt) && (service == nil || $0.service == service)
        }
        let harm =
            failures.map(\.harm) + incidents.map { DeploymentTimeline.Harm(from: $0.openedAt, until: $0.closedAt) }
        let restored = harm.compactMap { harm in harm.until.map { max(0, $0.timeIntervalSince(harm.from)) } }
        return DeliveryFigures(
            environment: environment,
            service: service,
            from: from,
            to: to,
            succeeded: successes.count,
            deploymentsPerDay: Double(successes.count)
                / max(to.timeIntervalSince(from) / 86_400, .leastNonzeroMagnitude),
            leadTime: DeliveryFigures.Times(successes.flatMap { leadTimes[$0.id] ?? [] }),
            unknownChanges: successes.count { leadTimes[$0.id] == nil },
            deployments: deployments.count,
            failed: failures.map(\.id).sorted(),
            timeToRestore: DeliveryFigures.Times(restored),
            openFailures: harm.count - restored.count,
            neverStarted: timelines.flatMap(\.neverStarted).count { isInside($0.startedAt) },
            inProgress: timelines.flatMap(\.inProgress).count { isInside($0.startedAt) }
        )
    }
}
