import Core
import Foundation

/// What every part of a release works with.
package struct ReleaseContext: Sendable {
    package let cluster: any ReleaseCluster
    package let environment: EnvironmentSettings
    package let author: ReleaseAuthor
    package let clock: ReleaseClock
    package let reporter: any ReleaseReporter
    /// The history on this machine, written after the cluster's record.
    package let journal: any ReleaseJournal
    /// The folder that hooks run in.
    package let folder: URL
    /// The folder with the environment's back-ups.
    package let backups: URL
    package let variables: [String: String]
    /// Where `watch.queries` are asked.
    package let metricSource: @Sendable (PrometheusSettings) throws -> any MetricSource

    package init(
        cluster: any ReleaseCluster,
        environment: EnvironmentSettings,
        author: ReleaseAuthor,
        clock: ReleaseClock = .system,
        reporter: any ReleaseReporter,
        journal: any ReleaseJournal,
        folder: URL,
        backups: URL? = nil,
        variables: [String: String] = ProcessInfo.processInfo.environment,
        metricSource: (@Sendable (PrometheusSettings) throws -> any MetricSource)? = nil
    ) {
        self.cluster = cluster
        self.environment = environment
        self.author = author
        self.clock = clock
        self.reporter = reporter
        self.journal = journal
        self.folder = folder
        self.backups = backups ?? folder.appending(path: ".slipway/backups/\(environment.name)")
        self.variables = variables
        self.metricSource =
            metricSource ?? { try PrometheusClient($0, variables: variables) }
    }

    package var ledger: ReleaseLedger { ReleaseLedger(cluster: cluster, environment: environment) }

    var lock: EnvironmentLock { EnvironmentLock(self) }

    var planner: ReleasePlanner { ReleasePlanner(cluster: cluster, environment: environment) }
}

/// The local history of releases: an index that can be rebuilt from the clusters' records.
package protocol ReleaseJournal: Sendable {
    /// Notes the record as it is now. Must not fail a release: what goes wrong is the journal's to report.
    func note(_ record: ReleaseRecord) async
}
